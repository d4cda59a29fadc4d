// etc/ha-agent.conf and etc/keepalived/two-node-a.conf.example, compiled in: what the package
// installs, `config example` prints and `init` begins with. The Makefile makes the definitions out
// of the files. Constant; any thread.
#pragma once
#include <string_view>

namespace ha {

extern const std::string_view config_example;
extern const std::string_view keepalived_example;

}  // namespace ha
