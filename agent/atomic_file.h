// The one way to write a file that must survive a crash: a temporary beside it, fsync, rename, and
// fsync of the directory. Readers see the old or the new content, never a part. Safe between
// processes (each writer has a temporary of its own); files get the mode asked for, whatever the
// umask, because keepalived runs its scripts with umask 0177.
#pragma once
#include <sys/types.h>

#include <string>
#include <string_view>

#include "agent/error.h"

namespace ha {

enum class Durability {
  durable,  ///< on disk when the call returns: content and name
  relaxed,  ///< atomic for readers, but a power cut may bring back the old content
};

constexpr mode_t kStateFileMode = 0640;
constexpr mode_t kStateDirMode = 02750;
constexpr std::size_t kSpareBytes = 8192;

Status write_file(const std::string& path, std::string_view content,
                  Durability durability = Durability::durable, mode_t mode = kStateFileMode);
/// As write_file(), durable; on a full disk (ENOSPC, EDQUOT) the content is put into the file
/// `spare`, which takes the place of `path` whole, as a temporary does. Afterwards another spare is
/// made as soon as there is room. Safe between processes: a spare serves one of them.
Status write_file_or_spare(const std::string& path, std::string_view content,
                           const std::string& spare, Durability durability = Durability::durable,
                           mode_t mode = kStateFileMode);
/// Makes the spare where there is none. It takes kSpareBytes of the disk for later.
void keep_spare(const std::string& spare);
/// Appends `line` and a newline in one write(); made with `mode` when missing. O_APPEND: lines of
/// concurrent writers do not mix.
Status append_line(const std::string& path, std::string_view line, Durability durability,
                   mode_t mode = kStateFileMode);
/// The whole file, at most `limit` bytes (an error beyond). Error::code is errno (ENOENT when
/// missing).
Result<std::string> read_file(const std::string& path, std::size_t limit = 16U << 20U);
/// Makes the directory and its missing parents; the last one gets `mode` whatever the umask. One
/// that exists is left as it is.
Status make_dir(const std::string& path, mode_t mode = kStateDirMode);
/// Renames within one file system, replacing what is there; durable: both directories are synced.
/// Error::code is errno (ENOENT when `from` is missing).
Status move_file(const std::string& from, const std::string& to, Durability durability);
/// Removes the file; one that is missing is no error.
Status remove_file(const std::string& path);

}  // namespace ha
