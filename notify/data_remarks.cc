#include "notify/data_remarks.h"

#include <fmt/format.h>

#include "agent/gtid.h"
#include "agent/mysql_apart.h"
#include "agent/texts.h"
#include "checks/data_look.h"
#include "checks/memory.h"

namespace ha {

std::string data_remark(const Config& config, const MysqlConfig& mysql, const MysqlFacts& facts) {
  const CheckMemory memory(StateDir{config.agent.state_dir});
  const DataLook look = data_look_of(memory.read(data_look_file(mysql.name)).value_or(""));
  const Lang lang = config.agent.lang;
  std::string text;
  const auto settings = apart_as_standby(mysql, facts, look);
  if (!settings.empty()) {
    text = say(lang, Text::remark_apart, fmt::arg("settings", apart_text(settings)));
  }
  if (!look.errant.empty()) {
    if (!text.empty()) text += "; ";
    text += say(lang, Text::remark_errant_serves, fmt::arg("errant", gtid_shown(look.errant)),
                fmt::arg("deeds", deeds_text(look.deeds, lang)));
  }
  return text;
}

std::string data_remarks(const Config& config) {
  std::string text;
  for (const MysqlConfig& mysql : config.mysql) {
    const std::string remark = data_remark(config, mysql, {});
    if (!remark.empty()) text += fmt::format("\nmysql {}: {}\n", mysql.name, remark);
  }
  return text;
}

}  // namespace ha
