#include <fmt/format.h>

#include "notify/init_pair.h"

namespace ha {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// The second node must be a copy of the first one before it follows it.
std::string copy_guard(const InitPair& pair) {
  const auto& databases = pair.mysql->databases;
  if (databases && databases->empty()) return {};
  const std::string& source = pair.nodes[0].name;
  const std::string& own = pair.nodes[1].name;
  const std::string held =
      databases ? fmt::format("{} holds databases ({})", source, joined(*databases))
                : fmt::format("whether {} holds databases could not be seen", source);
  return fmt::format(
      "# {0}: {1} must start as a copy of it. The README, \"Two nodes, step by step\", says how.\n"
      "if [ \"${{COPIED:-}}\" != yes ]; then\n"
      "  echo \"setup.sh: {0}; make {1} a copy of {2} (mariadb-backup, the clone plugin), then:\" "
      ">&2\n"
      "  echo \"  sudo COPIED=yes sh $0\" >&2\n"
      "  exit 1\n"
      "fi\n",
      held, own, source);
}

std::string mysql_setup(const InitPair& pair, std::size_t node) {
  const bool mariadb = pair.mysql->mariadb;
  const std::string client = mariadb ? "mariadb" : "mysql";
  const std::string show = mariadb ? "SHOW SLAVE STATUS" : "SHOW REPLICA STATUS";
  std::string text = fmt::format(
      "\n# It takes the new settings, and starts without taking writes from now on.\n"
      "systemctl restart {0}\n",
      client);
  if (node == 0) {
    return text + fmt::format("{} <\"$here/accounts.sql\"\necho \"{}: the accounts are made\"\n",
                              client, pair.mysql->mariadb ? "MariaDB" : "MySQL");
  }
  return text + fmt::format(
                    "follows() {{ [ \"$({0} -e '{1}\\G' | grep -c 'Running: Yes')\" = 2 ]; }}\n"
                    "if [ -n \"$({0} -e '{1}')\" ]; then\n"
                    "  echo \"{2}: it has a source already, which is left as it is\"\n"
                    "else\n"
                    "  {0} <\"$here/follow.sql\"\n"
                    "fi\n"
                    "tries=0\n"
                    "until follows; do\n"
                    "  tries=$((tries + 1))\n"
                    "  if [ $tries -gt 60 ]; then\n"
                    "    {0} -e '{1}\\G' | grep -E 'Running:|Last_.*Error: .' >&2\n"
                    "    echo \"setup.sh: {2} does not follow {3}; was its setup.sh run?\" >&2\n"
                    "    exit 1\n"
                    "  fi\n"
                    "  sleep 0.5\n"
                    "done\n"
                    "echo \"{2}: follows {3}\"\n",
                    client, show, mariadb ? "MariaDB" : "MySQL", pair.nodes[0].address);
}

}  // namespace

std::string init_setup(const InitPair& pair, std::size_t node) {
  const std::string& name = pair.nodes[node].name;
  std::string text = fmt::format(
      "#!/bin/sh\n"
      "# What the servers of {0} need once, after `ha-agent init --install`. Run again it changes "
      "nothing more.\n"
      "# First on {1}, then on {2}: sudo sh {0}/setup.sh\n"
      "set -eu\n"
      "here=$(dirname \"$0\")\n",
      name, pair.nodes[0].name, pair.nodes[1].name);
  if (pair.mysql && node == 1) text += "\n" + copy_guard(pair);
  if (pair.mysql) text += mysql_setup(pair, node);
  if (pair.redis) {
    text += fmt::format(
        "\n# The password, the user of ha-agent{0}, written to Redis' own configuration.\n"
        "answers=$(redis-cli -p {1} <\"$here/redis.commands\")\n"
        "if printf '%s\\n' \"$answers\" | grep -vxE 'OK|' >&2; then\n"
        "  echo \"setup.sh: Redis refused a line of redis.commands (above)\" >&2\n"
        "  exit 1\n"
        "fi\n"
        "echo \"Redis: {2}\"\n",
        node == 1 ? ", and whom it follows" : "", pair.redis->port,
        node == 1 ? "follows " + pair.nodes[0].address : "is set up");
  }
  if (!pair.unit.empty()) {
    text += fmt::format(
        "\n# Not at boot: ha-agent starts it where the VIP is.\nsystemctl disable {}\n", pair.unit);
  }
  text += node == 0
              ? fmt::format("\necho \"Now {1}'s setup.sh; then, first on {0} and then on {1}:\"\n",
                            name, pair.nodes[1].name)
              : fmt::format("\necho \"Now, first on {1} and then on {0}:\"\n", name,
                            pair.nodes[0].name);
  text += "echo \"  sudo systemctl restart ha-agent-watch keepalived\"\n";
  return text;
}

}  // namespace ha
