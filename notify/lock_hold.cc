#include "notify/lock_hold.h"

#include <fmt/format.h>

#include "agent/clock.h"
#include "agent/lock_times.h"

namespace ha {
namespace {

/// For lock.json's own flock; it is held for the time of one small write.
constexpr Millis kFile{500};

std::string not_written(const Error& error) {
  return "what is held could not be written down: " + error.message;
}

}  // namespace

LockHold::LockHold(const LockConfig& lock, const std::string& node, const StateDir& dir)
    : lock_(lock), dir_(dir), value_(lock_value(node)), client_(lock) {}

Taking LockHold::failed_with(const Error& error) const {
  switch (error.kind) {
    case ErrorKind::config:
      return {Taking::End::refused, error.message};
    case ErrorKind::unreachable:
    case ErrorKind::timeout:
      return {Taking::End::no_quorum, error.message};
    default:
      return {Taking::End::failed, error.message};
  }
}

Taking LockHold::take(const ProcessId& keeper, Deadline deadline) {
  const std::lock_guard guard(taking_);
  const auto key = client_.read(deadline);
  if (!key) return failed_with(key.error());
  if (!*key) return take_free(keeper, 0, deadline);
  if (!is_ours(**key)) return {Taking::End::elsewhere, lock_holder((*key)->value)};
  // Ours, of this boot: by an earlier run, or by a watch that lost its file.
  const auto lease = read_lock_lease(dir_);
  const bool known = lease && *lease && (*lease)->lease == (*key)->lease;
  if (!known) {
    Taking taken = take_free(keeper, (*key)->mod_revision, deadline);
    if (taken.end == Taking::End::held) {
      static_cast<void>(client_.revoke((*key)->lease, deadline));
    }
    return taken;
  }
  const Renewal renewal = renew(keeper, deadline);
  if (renewal.end == Renewal::End::renewed) return {Taking::End::held, {}, true};
  return {renewal.end == Renewal::End::failed ? Taking::End::no_quorum : Taking::End::failed,
          renewal.why};
}

Taking LockHold::take_free(const ProcessId& keeper, std::int64_t mod_revision, Deadline deadline) {
  const std::int64_t sent = boottime_ms();
  const auto lease = client_.grant(deadline);
  if (!lease) return failed_with(lease.error());
  LockLease mine;
  mine.lease = lease->id;
  mine.touched_ms = sent;
  mine.ttl = lock_.ttl;
  mine.keeper = keeper;
  mine.endpoint = client_.endpoint();
  const auto write = [&] {
    return update_lock_lease(dir_, kFile, [&](auto& file) { file = mine; });
  };
  // Before the key is put: whoever is killed in between finds his lease again.
  if (auto written = write(); !written) {
    return {Taking::End::failed, not_written(written.error())};
  }
  const auto put = client_.put_if(value_, lease->id, mod_revision, deadline);
  if (!put) return failed_with(put.error());
  if (!put->done) {
    static_cast<void>(update_lock_lease(dir_, kFile, [](auto& file) { file.reset(); }));
    static_cast<void>(client_.revoke(lease->id, deadline));
    return {Taking::End::elsewhere, put->there ? lock_holder(put->there->value) : "somebody"};
  }
  mine.until_ms = sent + std::min(lock_.ttl, lease->ttl).count();
  if (auto written = write(); !written) {
    return {Taking::End::failed, not_written(written.error())};
  }
  return {Taking::End::held, {}};
}

Renewal LockHold::renew(const ProcessId& keeper, Deadline deadline) {
  const auto file = read_lock_lease(dir_);
  if (!file) return {Renewal::End::failed, file.error().message};
  if (!*file || (*file)->lease == 0) return {};
  const std::int64_t lease = (*file)->lease;
  const std::int64_t sent = boottime_ms();
  const auto renewed = client_.renew(lease, deadline);
  Renewal renewal;
  if (!renewed) {
    renewal = {Renewal::End::failed, renewed.error().message};
  } else if (!renewed->key) {
    renewal = {Renewal::End::gone, "nobody has it any more"};
  } else if (!is_ours(*renewed->key)) {
    renewal = {Renewal::End::gone, lock_holder(renewed->key->value) + " has it"};
  } else if (renewed->key->lease != lease || renewed->ttl == Millis{0}) {
    renewal = {Renewal::End::gone, "its lease is gone"};
  } else {
    renewal = {Renewal::End::renewed, {}};
  }
  const auto written = update_lock_lease(dir_, kFile, [&](std::optional<LockLease>& now) {
    // Given back, or taken anew, while etcd was asked.
    const bool forgotten = now && (*file)->until_ms != 0 && now->until_ms == 0;
    if (!now || now->lease != lease || forgotten) {
      renewal = {};
      return;
    }
    now->touched_ms = boottime_ms();
    now->keeper = keeper;
    now->trouble = renewal.why;
    now->endpoint = client_.endpoint();
    if (renewal.end != Renewal::End::renewed) return;
    if (keeper.pid != 0) now->forced_why.clear();
    now->ttl = lock_.ttl;
    now->until_ms = sent + std::min(lock_.ttl, renewed->ttl).count();
  });
  if (!written) return {Renewal::End::failed, not_written(written.error())};
  return renewal;
}

Result<std::string> LockHold::give_back(Deadline deadline) {
  LockLease held;
  // First of all nobody renews it any more. The lease's number stays: whoever comes after a kill
  // revokes it.
  auto forgotten = update_lock_lease(dir_, kFile, [&](std::optional<LockLease>& file) {
    if (!file) return;
    held = *file;
    file->until_ms = 0;
    file->forced_why.clear();
  });
  if (!forgotten) return tl::unexpected(forgotten.error());
  std::string what = "it was not held";
  if (held.lease != 0) {
    const auto revoked = client_.revoke(held.lease, deadline);
    const std::int64_t left = std::max<std::int64_t>(0, held.until_ms - boottime_ms());
    what = revoked ? "given back"
                   : fmt::format("etcd cannot be told ({}); it ends by itself in {} ms",
                                 revoked.error().message, left);
  }
  auto gone = update_lock_lease(dir_, kFile, [&](std::optional<LockLease>& file) {
    if (file && file->lease == held.lease) file.reset();
  });
  if (!gone) return tl::unexpected(gone.error());
  return what;
}

std::string LockHold::missing() const {
  const auto file = read_lock_lease(dir_);
  if (!file) return file.error().message;
  if (!*file) return "it is not held";
  const LockLease& lease = **file;
  if (!lease.forced_why.empty()) return {};
  if (lease.until_ms == 0) return "it is not held";
  const std::int64_t now = boottime_ms();
  if (now >= lease.until_ms) return "it has ended";
  if (now >= fence_due(lease.until_ms, lease.ttl)) return "it ends too soon";
  return {};
}

Status LockHold::force(const std::string& reason) {
  return update_lock_lease(dir_, kFile, [&](std::optional<LockLease>& file) {
    if (!file) file.emplace();
    file->touched_ms = boottime_ms();
    file->ttl = lock_.ttl;
    file->forced_why = reason;
  });
}

Result<std::string> LockHold::holder(Deadline deadline) const {
  auto key = client_.read(deadline);
  if (!key) return tl::unexpected(key.error());
  return *key ? lock_holder((*key)->value) : std::string();
}

}  // namespace ha
