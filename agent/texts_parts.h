// The catalogue's parts, one file each; only texts.cc puts them together.
#pragma once
#include <vector>

#include "agent/texts.h"

namespace ha {

const std::vector<CatalogueEntry>& told_texts();    ///< alerts, history and report
const std::vector<CatalogueEntry>& status_texts();  ///< the screens of `status` and `drill`
const std::vector<CatalogueEntry>& doctor_texts();  ///< the findings of `doctor`
const std::vector<CatalogueEntry>& init_texts();    ///< what `init` asks, finds and does

}  // namespace ha
