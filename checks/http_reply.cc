#include "checks/http_reply.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace ha {
namespace {

constexpr std::size_t kHeadLimit = 64U << 10U;
constexpr std::size_t kLineLimit = 4096;

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// All of `text` as a number; false when it is anything else.
bool number(std::string_view text, std::uint64_t& value, int base) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// The first line without its end, which is CRLF or, for lenience, LF; the rest stays in `text`.
std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

HttpReplyReader::State HttpReplyReader::feed(std::string_view bytes) {
  raw_.append(bytes);
  while (trouble_.empty() && part_ != Part::end && step()) {
  }
  if (!trouble_.empty()) return State::broken;
  return part_ == Part::end ? State::done : State::more;
}

HttpReplyReader::State HttpReplyReader::close() {
  if (part_ == Part::until_close) part_ = Part::end;
  if (part_ == Part::end) return State::done;
  if (trouble_.empty()) {
    fail(status_ == 0 ? "the connection was closed without an answer"
                      : "the connection was closed in the midst of the answer");
  }
  return State::broken;
}

/// False: no progress without further bytes.
bool HttpReplyReader::step() {
  switch (part_) {
    case Part::head:
      return read_head();
    case Part::until_close:
    case Part::counted:
    case Part::chunk:
      return read_body();
    case Part::chunk_size:
      return read_chunk_size();
    case Part::chunk_end:
      return read_chunk_end();
    case Part::trailer:
      return read_trailer();
    case Part::end:
      break;
  }
  return false;
}

bool HttpReplyReader::read_head() {
  constexpr std::string_view kBegin = "HTTP/1.";
  if (std::string_view(raw_).substr(0, kBegin.size()) != kBegin.substr(0, raw_.size())) {
    return fail("the answer is not HTTP/1");
  }
  const auto crlf = raw_.find("\n\r\n");
  const auto lf = raw_.find("\n\n");
  if (crlf == std::string::npos && lf == std::string::npos) {
    return raw_.size() > kHeadLimit ? fail("the head of the answer is over 64 KiB") : false;
  }
  const std::size_t end = crlf < lf ? crlf + 3 : lf + 2;
  const std::string head = raw_.substr(0, end);
  raw_.erase(0, end);
  return read_fields(head);
}

bool HttpReplyReader::read_fields(std::string_view head) {
  const std::string_view line = next_line(head);
  std::uint64_t status = 0;
  if (line.size() < 12 || line[8] != ' ' || (line.size() > 12 && line[12] != ' ') ||
      !number(line.substr(9, 3), status, 10) || status < 100) {
    return fail("the answer has no status");
  }
  if (status < 200) return true;  // an interim answer: the final one follows
  status_ = static_cast<int>(status);
  while (!head.empty()) {
    if (!read_field(next_line(head))) return false;
  }
  if (without_body_ || status_ == 204 || status_ == 304) {
    part_ = Part::end;
  } else if (chunked_) {
    part_ = Part::chunk_size;
  } else {
    part_ = counted_ ? Part::counted : Part::until_close;
  }
  return true;
}

bool HttpReplyReader::read_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same_word(name, "Content-Length")) {
    counted_ = true;
    if (!number(value, left_, 10)) return fail("the answer's Content-Length is no number");
  } else if (same_word(name, "Transfer-Encoding")) {
    chunked_ = same_word(value, "chunked");
    if (!chunked_) return fail("the answer has an unknown Transfer-Encoding");
  }
  return true;
}

bool HttpReplyReader::read_body() {
  if (part_ == Part::until_close) {
    if (raw_.empty()) return false;
    keep(raw_);
    raw_.clear();
    return true;
  }
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, raw_.size()));
  keep(std::string_view(raw_).substr(0, size));
  raw_.erase(0, size);
  left_ -= size;
  if (left_ > 0 || cut_) return false;
  part_ = part_ == Part::chunk ? Part::chunk_end : Part::end;
  return true;
}

bool HttpReplyReader::take_line(std::string& line) {
  const auto end = raw_.find('\n');
  if (end == std::string::npos) {
    if (raw_.size() > kLineLimit) fail("the answer's chunks are broken");
    return false;
  }
  std::string_view rest(raw_);
  line = next_line(rest);
  raw_.erase(0, end + 1);
  return true;
}

bool HttpReplyReader::read_chunk_size() {
  std::string line;
  if (!take_line(line)) return false;
  const std::string_view digits = trimmed(std::string_view(line).substr(0, line.find(';')));
  if (!number(digits, left_, 16)) return fail("the answer's chunks are broken");
  part_ = left_ == 0 ? Part::trailer : Part::chunk;
  return true;
}

bool HttpReplyReader::read_chunk_end() {
  std::string line;
  if (!take_line(line)) return false;
  if (!line.empty()) return fail("the answer's chunks are broken");
  part_ = Part::chunk_size;
  return true;
}

bool HttpReplyReader::read_trailer() {
  std::string line;
  if (!take_line(line)) return false;
  if (line.empty()) part_ = Part::end;
  return true;
}

void HttpReplyReader::keep(std::string_view bytes) {
  const std::size_t room = limit_ - body_.size();
  body_.append(bytes.substr(0, room));
  if (bytes.size() <= room) return;
  cut_ = true;
  part_ = Part::end;
}

bool HttpReplyReader::fail(const char* trouble) {
  trouble_ = trouble;
  return false;
}

}  // namespace ha
