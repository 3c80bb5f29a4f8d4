# Warnings (all of them errors) and hardening, each flag probed: a compiler that lacks one builds without it.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Assertions guard the record: they stay on in release, so NDEBUG is never defined, whatever type of build is asked for.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
set(CMAKE_C_FLAGS_MINSIZEREL "-Os -g")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")

set(VIBRISSE_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them")
option(VIBRISSE_FUZZ "Build the fuzz targets with libFuzzer (clang)" OFF)

function(probe_flags)
  foreach(flag IN LISTS ARGN)
    string(MAKE_C_IDENTIFIER "HAVE${flag}" known)
    check_c_compiler_flag(${flag} ${known})
    if(${known})
      add_compile_options(${flag})
    endif()
  endforeach()
endfunction()

function(probe_linker_flags)
  foreach(flag IN LISTS ARGN)
    string(MAKE_C_IDENTIFIER "HAVE_LINK${flag}" known)
    check_linker_flag(C ${flag} ${known})
    if(${known})
      add_link_options(${flag})
    endif()
  endforeach()
endfunction()

add_compile_definitions(_GNU_SOURCE)
probe_flags(-Wall -Wextra -Werror -Wformat=2 -Wconversion -Wsign-conversion -Wimplicit-fallthrough
            -Wtrampolines -Wbidi-chars=any -Wvla -Walloca -Wshadow -Wcast-align=strict
            -Wstrict-prototypes -Wmissing-prototypes -Wduplicated-cond -Wlogical-op -Wundef
            -Wwrite-strings -Wstack-usage=65536 -Werror=implicit -Werror=incompatible-pointer-types
            -Werror=int-conversion -fno-delete-null-pointer-checks -fno-strict-overflow
            -fno-strict-aliasing -fno-common -fexceptions -Wuse-after-free=3 -Wformat-overflow=2)

if(VIBRISSE_SANITIZE)
  add_compile_options(-fsanitize=${VIBRISSE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${VIBRISSE_SANITIZE})
  if(VIBRISSE_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
else()
  # Not in sanitizer builds: zeroed locals would hide the very bugs that those look for.
  probe_flags(-fstack-clash-protection -fstack-protector-strong -fcf-protection=full
              -ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  endif()
endif()
if(VIBRISSE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

include(CheckPIESupported)
check_pie_supported()
probe_linker_flags(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,nodlopen -Wl,--as-needed
                   -Wl,--no-copy-dt-needed-entries -Wl,-z,separate-code)
