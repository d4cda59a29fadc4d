// The timeline of a report as SVG, to stand in HTML. Pure.
#pragma once
#include <string>

#include "agent/config.h"
#include "notify/timeline.h"

namespace ha {

/// Its classes (ok, failed, lane, faint) are the page's. Empty when there is no step.
std::string render_picture(const Timeline& timeline, Lang lang);

}  // namespace ha
