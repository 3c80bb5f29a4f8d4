#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { KEPT_MAX = 4 * 1024 * 1024 };

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, KEPT_MAX);
    assert_non_null(text);
    if (!file)
        return text;
    size_t length = fread(text, 1, KEPT_MAX - 1, file);
    fclose(file);
    text[length] = '\0';
    return text;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

void golden_expect(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "unit/web/golden/%s", name);
    if (getenv("GOLDEN"))
        write_file(path, text);
    char *kept = read_file(path);
    if (strcmp(kept, text) != 0) {
        size_t same = 0;
        while (kept[same] && kept[same] == text[same])
            same++;
        print_error("%s differs at byte %zu:\n%.200s\n", path, same, text + same);
    }
    assert_string_equal(kept, text);
    free(kept);
}
