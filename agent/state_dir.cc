#include "agent/state_dir.h"

namespace ha {

Status StateDir::prepare() const {
  for (const std::string& path : {root, events(), outbox()}) {
    if (auto made = make_dir(path); !made) return made;
  }
  return make_dir(check(), kCheckDirMode);
}

}  // namespace ha
