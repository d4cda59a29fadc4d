// A certificate authority and a server certificate for localhost and 127.0.0.1, made by openssl.
#pragma once
#include <stdexcept>
#include <string>

#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace ha::test {

class Certificates {
 public:
  Certificates() {
    const std::string script =
        "cd " + dir_.path() +
        " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        " -subj /CN=ha-agent-test-ca -keyout ca.key -out ca.pem"
        " && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost"
        " -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout server.key -out server.csr"
        " && openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 2 -out server.pem"
        " -copy_extensions copyall && chmod 0644 *.key";
    std::string output;
    if (run({"sh", "-c", script}, &output) != 0) throw std::runtime_error("openssl: " + output);
  }
  std::string ca() const { return dir_.path() + "/ca.pem"; }
  std::string certificate() const { return dir_.path() + "/server.pem"; }
  std::string key() const { return dir_.path() + "/server.key"; }

 private:
  TempDir dir_;
};

}  // namespace ha::test
