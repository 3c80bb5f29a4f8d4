#!/bin/bash
# What our libraries must not call: unbounded, not thread-safe, racy, or a shell.
. "$(dirname "$0")/lib.bash"

banned='strcpy|stpcpy|strcat|strncat|sprintf|vsprintf|strtok|gets|scanf|fscanf|sscanf'
banned+='|localtime|gmtime|ctime|ctime_r|asctime|asctime_r|atoi|atol|atoll|atof|rand|srand|random|srandom|drand48'
banned+='|system|popen|tmpnam|tempnam|mktemp|tmpfile|vfork|setjmp|_setjmp|__sigsetjmp|longjmp|siglongjmp|alloca'
banned+='|gethostbyname|gethostbyaddr|inet_addr|inet_ntoa|setenv|putenv|unsetenv|dlopen|dlsym|uv_default_loop'
count=0
while read -r library; do
    count=$((count + 1))
    while read -r call; do
        complain "$(basename "$library") calls $call"
    done < <(nm -uA "$library" 2>/dev/null | sed -nE "s/^[^:]*:([^:]*): +U (__|__isoc99_)?($banned)(_chk)?(@.*)?\$/\3, from \1/p" | sort -u)
done < <(find "$BUILD" -name 'libvibrisse-*.a' | sort)
finish "$count" libraries
