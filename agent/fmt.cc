// The one translation unit that holds fmt's non-template code. Debian ships fmt as a shared library
// only, which would bring libstdc++.so along (0.7 ms of every check); header-only use compiles all
// of fmt in every file (three times the build). So its functions are defined here, once, from its
// own headers. What has to be instantiated differs between fmt's major versions: this is 9, Debian
// 12's; with others the Makefile chooses header-only use.
#ifndef FMT_HEADER_ONLY
#include <fmt/format-inl.h>

FMT_BEGIN_NAMESPACE
namespace detail {

template auto dragonbox::to_decimal(float) noexcept -> dragonbox::decimal_fp<float>;
template auto dragonbox::to_decimal(double) noexcept -> dragonbox::decimal_fp<double>;
template locale_ref::locale_ref(const std::locale&);
template auto locale_ref::get<std::locale>() const -> std::locale;
template auto thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template auto decimal_point_impl(locale_ref) -> char;
template void buffer<char>::append(const char*, const char*);
template void vformat_to(buffer<char>&, string_view, basic_format_args<FMT_BUFFER_CONTEXT(char)>,
                         locale_ref);

}  // namespace detail
FMT_END_NAMESPACE
#endif
