// libmicrohttpd 0.9.75 and 1.0.1 (libmicrohttpd(3)).
#include "agent/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <microhttpd.h>
#include <sys/socket.h>

#include <chrono>
#include <cstring>
#include <utility>

#include "agent/fd.h"
#include "agent/late_library.h"
#include "agent/log.h"
#include "agent/system_error.h"
#include "agent/text.h"

namespace ha {
namespace {

/// Of each connection: a request's head, at most.
constexpr std::size_t kMemory = 16U << 10U;
constexpr unsigned kConnections = 32;
constexpr unsigned kConnectionsOfOne = 8;
/// For a request's head, beside what its answer takes: nothing moves on the connection then either.
constexpr std::chrono::seconds kIdle{5};
constexpr int kBacklog = 32;

struct Library {
  template <class F>
  static F* find(const char* name) {
    // Of 0.9.60 (2018) and all since.
    return late_function<F>("libmicrohttpd.so.12", name);
  }
#define HA_MHD(name) decltype(MHD_##name)* const name = find<decltype(MHD_##name)>("MHD_" #name)
  HA_MHD(start_daemon);
  HA_MHD(stop_daemon);
  HA_MHD(create_response_from_buffer);
  HA_MHD(add_response_header);
  HA_MHD(queue_response);
  HA_MHD(destroy_response);
#undef HA_MHD
  bool complete() const {
    return start_daemon != nullptr && stop_daemon != nullptr &&
           create_response_from_buffer != nullptr && add_response_header != nullptr &&
           queue_response != nullptr && destroy_response != nullptr;
  }
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

/// Our own, because libmicrohttpd does not say why it could not listen.
Result<Fd> listening_socket(const ListenAddress& where) {
  sockaddr_storage address{};
  socklen_t size = 0;
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&address);
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&address);
  const auto port = htons(static_cast<std::uint16_t>(where.port));
  if (::inet_pton(AF_INET, where.address.c_str(), &v4->sin_addr) == 1) {
    address.ss_family = AF_INET;
    v4->sin_port = port;
    size = sizeof *v4;
  } else if (::inet_pton(AF_INET6, where.address.c_str(), &v6->sin6_addr) == 1) {
    address.ss_family = AF_INET6;
    v6->sin6_port = port;
    size = sizeof *v6;
  } else {
    return fail(fmt::format("expected an address to listen on, got {}", in_quotes(where.address)));
  }
  const std::string name = address.ss_family == AF_INET
                               ? fmt::format("{}:{}", where.address, where.port)
                               : fmt::format("[{}]:{}", where.address, where.port);
  Fd fd(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return fail_errno("cannot listen on", name);
  const int yes = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    return fail_errno("cannot listen on", name);
  }
  return fd;
}

MHD_Result send(MHD_Connection* connection, const HttpReply& reply) {
  const Library& mhd = library();
  MHD_Response* const response = mhd.create_response_from_buffer(
      reply.body.size(), const_cast<char*>(reply.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  mhd.add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply.type.c_str());
  // What a proxy kept would be an old role.
  mhd.add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  if (reply.status == MHD_HTTP_METHOD_NOT_ALLOWED) {
    mhd.add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
  }
  const MHD_Result queued =
      mhd.queue_response(connection, static_cast<unsigned>(reply.status), response);
  mhd.destroy_response(response);
  return queued;
}

// Called first with the request's head alone, then for each piece of a body, and last without one.
MHD_Result take(void* handler, MHD_Connection* connection, const char* path, const char* method,
                const char* /*version*/, const char* /*body*/, std::size_t* body_size,
                void** state) {
  static char seen = 0;
  const bool reads = std::strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
                     std::strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
  if (!reads) {
    return send(connection, {MHD_HTTP_METHOD_NOT_ALLOWED, HttpReply{}.type,
                             "expected GET or HEAD: nothing can be changed here\n"});
  }
  if (*state == nullptr) {
    *state = &seen;
    return MHD_YES;
  }
  if (*body_size != 0) {
    *body_size = 0;
    return MHD_YES;
  }
  return send(connection, (*static_cast<HttpServer::Handler*>(handler))(path));
}

void log_line(void* /*closure*/, const char* format, va_list words) {
  std::string line(256, '\0');
  const int size = std::vsnprintf(line.data(), line.size(), format, words);
  line.resize(std::min(line.size() - 1, static_cast<std::size_t>(std::max(size, 0))));
  log::info("serve: " + std::string(trimmed(line)));
}

}  // namespace

class HttpServer::Daemon {
 public:
  explicit Daemon(Handler handler) : handler_(std::move(handler)) {}
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon() {
    if (daemon_ != nullptr) library().stop_daemon(daemon_);
  }

  Status start(Fd fd, Millis longest) {
    const auto idle = std::chrono::ceil<std::chrono::seconds>(longest) + kIdle;
    daemon_ = library().start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ERROR_LOG, 0,
        nullptr, nullptr, take, &handler_,                      //
        MHD_OPTION_EXTERNAL_LOGGER, log_line, nullptr,          //
        MHD_OPTION_LISTEN_SOCKET, fd.get(),                     //
        MHD_OPTION_CONNECTION_LIMIT, kConnections,              //
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, kConnectionsOfOne,  //
        MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(idle.count()),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, kMemory, MHD_OPTION_END);
    if (daemon_ == nullptr) return fail("the HTTP server could not be started");
    fd.release();
    return {};
  }

 private:
  Handler handler_;
  MHD_Daemon* daemon_ = nullptr;  ///< owns the socket
};

HttpServer::HttpServer(std::unique_ptr<Daemon> daemon) : daemon_(std::move(daemon)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

Result<HttpServer> HttpServer::start(const ListenAddress& where, Millis longest, Handler handler) {
  if (!library().complete()) {
    return fail("libmicrohttpd.so.12 cannot be loaded; it is in the package libmicrohttpd12");
  }
  auto fd = listening_socket(where);
  if (!fd) return tl::unexpected(fd.error());
  auto daemon = std::make_unique<Daemon>(std::move(handler));
  if (auto started = daemon->start(std::move(*fd), longest); !started) {
    return tl::unexpected(started.error());
  }
  return HttpServer(std::move(daemon));
}

}  // namespace ha
