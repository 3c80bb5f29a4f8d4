#include "resolv_conf.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_SIZE = 1024 };

static bool line_trusts(char *line)
{
    static const char blanks[] = " \t\r\n";
    char *rest = NULL;
    const char *word = strtok_r(line, blanks, &rest);
    if (!word || strcmp(word, "options") != 0)
        return false;
    while ((word = strtok_r(NULL, blanks, &rest)))
        if (strcmp(word, "trust-ad") == 0)
            return true;
    return false;
}

bool resolv_conf_trusts(const char *path)
{
    char line[LINE_MAX_SIZE];
    bool trusts = false;
    FILE *file = fopen(path, "re");
    while (file && !trusts && fgets(line, sizeof line, file))
        trusts = line_trusts(line);
    if (file)
        fclose(file);
    return trusts;
}
