// Reads an HTTP/1.x answer piece by piece (RFC 9112). Pure: bytes go in, status and body come out.
// Bounded: a head of at most 64 KiB, and of the body no more than the limit. Not thread-safe.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ha {

class HttpReplyReader {
 public:
  enum class State {
    more,    ///< go on
    done,    ///< the answer is complete, or as much of the body as the limit is there
    broken,  ///< not an answer of this protocol, or it ended too early: trouble() says which
  };

  /// `without_body`: the request was a HEAD.
  HttpReplyReader(bool without_body, std::size_t body_limit)
      : without_body_(without_body), limit_(body_limit) {}

  State feed(std::string_view bytes);
  /// The server closed the connection.
  State close();

  /// 0 until the head of the final answer is complete.
  int status() const { return status_; }
  const std::string& body() const { return body_; }
  /// The body is longer than the limit.
  bool cut() const { return cut_; }
  const std::string& trouble() const { return trouble_; }

 private:
  enum class Part { head, until_close, counted, chunk_size, chunk, chunk_end, trailer, end };

  bool step();
  bool read_head();
  bool read_fields(std::string_view head);
  bool read_field(std::string_view line);
  bool read_body();
  bool read_chunk_size();
  bool read_chunk_end();
  bool read_trailer();
  void keep(std::string_view bytes);
  bool fail(const char* trouble);
  bool take_line(std::string& line);

  bool without_body_;
  std::size_t limit_;
  std::string raw_;
  Part part_ = Part::head;
  int status_ = 0;
  bool counted_ = false;
  bool chunked_ = false;
  std::uint64_t left_ = 0;
  std::string body_;
  bool cut_ = false;
  std::string trouble_;
};

}  // namespace ha
