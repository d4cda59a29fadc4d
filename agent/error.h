// How a failure travels: as a value that says what happened, to whom, and of which kind.
// The kind decides what becomes of a failed promotion: a server that *answered* with an error is
// held until an operator acknowledges it; one that is down or silent is a refusal that ends with
// its cause.
#pragma once
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace ha {

enum class ErrorKind {
  other,        ///< ours or the system's: a file, a parse, a missing privilege of this process
  config,       ///< the configuration or the command line is wrong
  unreachable,  ///< the server could not be reached: refused, no route, no such socket, gone midway
  timeout,      ///< the server was there but did not answer in time
  answered,     ///< the server answered, with an error
};

struct Error {
  std::string message;  ///< for people; names the thing that failed; never contains a secret
  ErrorKind kind = ErrorKind::other;
  int code = 0;  ///< errno, MySQL's error number or an HTTP status; 0 when there is none
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(std::string message, ErrorKind kind = ErrorKind::other,
                                  int code = 0) {
  return tl::unexpected<Error>(Error{std::move(message), kind, code});
}

}  // namespace ha
