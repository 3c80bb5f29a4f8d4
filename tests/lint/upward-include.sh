#!/bin/bash
# The walls between the layers: a header of a layer that one may see compiles, that of any other layer does not. The
# compiler is asked with the very options of the build, so a wall taken down in a CMakeLists.txt is seen here.
. "$(dirname "$0")/lib.bash"

declare -A sees=(
    [monitor/base]="monitor/base"
    [monitor/model]="monitor/base monitor/model"
    [monitor/config]="monitor/base monitor/model monitor/config"
    [monitor/net]="monitor/base monitor/model monitor/net"
    [monitor/register]="monitor/base monitor/model monitor/net monitor/register"
    [probes]="monitor/base monitor/model monitor/net probes"
    [monitor/prober]="monitor/base monitor/model monitor/net probes monitor/prober"
    [monitor/alert]="monitor/base monitor/model monitor/net web monitor/alert"
    [web]="monitor/base monitor/model web"
    [monitor/keeper]="monitor/base monitor/model monitor/config monitor/net web monitor/alert monitor/keeper"
)
count=0

# compiles LAYER HEADER-NAME
compiles()
{
    echo "#include \"$2\"" |
        "$CC" -std=c17 -D_GNU_SOURCE -fsyntax-only "${flags[@]}" -x c - 2>/dev/null
}

for layer in "${!sees[@]}"; do
    mapfile -t flags < <(include_flags "$layer" | tr ' ' '\n')
    [ ${#flags[@]} -gt 0 ] || continue
    for other in "${layers[@]}"; do
        header=$(find "$other" -maxdepth 1 -name '*.h' | sort | head -n 1)
        [ -n "$header" ] || continue
        count=$((count + 1))
        case " ${sees[$layer]} " in
        *" $other "*) compiles "$layer" "${header##*/}" || complain "$layer cannot include $header, and should" ;;
        *) ! compiles "$layer" "${header##*/}" || complain "$layer can include $header of a layer it must not see" ;;
        esac
    done
done

# The way around the wall: a path in the quotes.
while read -r line; do
    complain "$line: a quoted include names a header only, no path"
done < <(grep -nE '#include "[^"]*/' $(c_files))
finish "$count" "pairs of layers"
