// Where the two nodes' keepalived configurations must be alike and are not. Pure.
#pragma once
#include <vector>

#include "agent/keepalived_conf.h"
#include "checks/doctor.h"

namespace ha {

/// `theirs`: the peer's configuration, read with its own config id.
std::vector<Symptom> compare_keepalived(const KeepalivedConf& ours, const KeepalivedConf& theirs);

}  // namespace ha
