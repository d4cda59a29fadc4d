// `ha-agent init`: asks what makes a pair, and writes the files of both nodes into a folder; with
// --install it puts this node's files from such a folder to their places. Nothing that is there and
// differs is replaced before the difference was shown and, without --yes, agreed to.
#pragma once
#include <string>

#include "agent/exit_code.h"

namespace ha {

/// Words of the command line; empty: not given, so it is found or asked for.
struct InitWords {
  std::string node;       ///< this node's name
  std::string address;    ///< this node's
  std::string interface;  ///< this node's
  std::string peer;       ///< NAME=ADDRESS
  std::string peer_interface;
  std::string vip;  ///< ADDRESS[/PREFIX]
  std::string router_id;
  std::string mysql;  ///< its socket, or "no"
  std::string redis;  ///< its port, or "no"
  std::string redis_password_file;
  std::string http;  ///< URL
  std::string unit;
  std::string witness;  ///< host, or "no"
  std::string lang;     ///< "en" or "zh-CN"; empty: the environment's
  std::string out = "ha-agent-pair";
  std::string install;  ///< the folder to install from; empty: make one
  bool yes = false;
};

/// Reads answers from stdin; an input that ends is usage (64), as is what contradicts itself.
ExitCode init_command(const InitWords& words);

}  // namespace ha
