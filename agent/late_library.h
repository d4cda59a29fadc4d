// Functions of a shared library that the program is not linked with, because loading it at every
// start would cost a check more than its questions do.
#pragma once
#include <dlfcn.h>

namespace ha {

/// The library is loaded by the first call and stays. nullptr: there is no such library, or no such
/// function in it. Thread-safe.
template <class F>
F* late_function(const char* soname, const char* name) {
  void* const library = ::dlopen(soname, RTLD_NOW | RTLD_LOCAL);
  return library == nullptr ? nullptr : reinterpret_cast<F*>(::dlsym(library, name));
}

}  // namespace ha
