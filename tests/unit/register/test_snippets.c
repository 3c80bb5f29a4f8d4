/* The table of good and bad files in tests/register: exactly what is found in each, and what it declares. */
#include "lint.h"

#include "macros.h"
#include "mem.h"
#include "testing.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct wall now = {INT64_C(1768478400000)}; /* 2026-01-15T12:00:00Z */

/* Of everybody who leaves something out; they would hide what a snippet is about. */
static const enum remark_kind merely_missing[] = {
    REMARK_wished, REMARK_mandatory, REMARK_no_services, REMARK_json_wished, REMARK_json_mandatory};

struct snippet {
    char title[200];
    struct buffer bytes, wanted, says;
};

static struct ontology ontology;
static size_t count, wrong;

/* ---- bytes ---- */

static bool has_mark(const struct snippet *snippet, const char *mark)
{
    return strstr(snippet->title, mark);
}

static void add_line_end(const struct snippet *snippet, struct buffer *out)
{
    buffer_text_add(out, has_mark(snippet, "[crlf]") ? "\r\n"
                         : has_mark(snippet, "[cr]") ? "\r"
                                                     : "\n");
}

/* As the marks in its title will have it. */
static void make_bytes(const struct snippet *snippet, struct buffer *out)
{
    const char *cursor = buffer_text(&snippet->bytes), *end = cursor + snippet->bytes.length;
    if (has_mark(snippet, "[bom]"))
        buffer_text_add(out, "\xEF\xBB\xBF");
    if (has_mark(snippet, "[utf16]"))
        buffer_add(out, "\xFF\xFE", 2);
    while (cursor < end) {
        const char *start = cursor;
        uint32_t code = text_next_char(&cursor, end);
        if (code == '\n')
            add_line_end(snippet, out);
        else if (code == 0x2370 || code == 0x2420)
            buffer_byte(out, code == 0x2370 ? '\0' : ' ');
        else if (code < 0x100 && has_mark(snippet, "[latin1]"))
            buffer_byte(out, (char)code);
        else
            buffer_add(out, start, (size_t)(cursor - start));
        if (has_mark(snippet, "[utf16]"))
            buffer_byte(out, '\0');
    }
}

static enum file_class expected_class(const struct snippet *snippet)
{
    char word[32];
    enum file_class class = CLASS_UNKNOWN;
    const char *mark = strstr(snippet->title, "[class=");
    if (mark) {
        text_format(word, sizeof word, "%.*s", (int)strcspn(mark + 7, "]"), mark + 7);
        assert_true(class_parse(word, &class));
    }
    return class;
}

/* ---- comparing ---- */

static bool is_told(const struct snippet *snippet, enum remark_kind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(merely_missing); i++)
        if (merely_missing[i] == kind)
            return has_mark(snippet, "[all]");
    return true;
}

static void list_remarks(const struct snippet *snippet, const struct remarks *remarks,
                         struct buffer *out)
{
    for (size_t i = 0; i < remarks->count; i++) {
        const struct remark *remark = &remarks->list[i];
        if (is_told(snippet, remark->kind))
            buffer_printf(out, "%zu %s %s\n", remark->line,
                          remark_severity_words[remark_severity(remark->kind)],
                          remark_code(remark->kind));
    }
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The order of what is found in one line is nobody's business. */
static char *sorted_lines(const char *text)
{
    enum { MOST = 64 };
    char *copy = strdup(text), *lines[MOST], *rest = copy;
    size_t length = 0;
    struct buffer out;
    assert_non_null(copy);
    for (char *line; (line = strsep(&rest, "\n")) && length < MOST;)
        if (*line)
            lines[length++] = line;
    qsort(lines, length, sizeof lines[0], by_text);
    buffer_init(&out, 1 << 16);
    for (size_t i = 0; i < length; i++)
        buffer_printf(&out, "%s\n", lines[i]);
    free(copy);
    char *taken = mem_text(buffer_text(&out));
    buffer_fini(&out);
    return taken;
}

static void compare(const struct snippet *snippet, const char *found, const char *declared)
{
    char *wanted = sorted_lines(buffer_text(&snippet->wanted)), *got = sorted_lines(found);
    bool good = strcmp(wanted, got) == 0;
    char *says = strdup(buffer_text(&snippet->says)), *rest = says;
    for (char *line; (line = strsep(&rest, "\n"));)
        good = good && strstr(declared, line);
    if (!good) {
        print_error("--- %s\nwanted:\n%s%sgot:\n%s%s\n", snippet->title, wanted,
                    buffer_text(&snippet->says), got, declared);
        wrong++;
    }
    free(says);
    free(wanted);
    free(got);
}

static void try_snippet(const struct snippet *snippet)
{
    struct buffer bytes, found, declared;
    struct declaration declaration;
    struct remarks remarks = {0};
    buffer_init(&bytes, 1 << 16);
    buffer_init(&found, 1 << 16);
    buffer_init(&declared, 1 << 16);
    make_bytes(snippet, &bytes);
    lint_read(buffer_text(&bytes), bytes.length, &ontology, expected_class(snippet), now,
              &declaration, &remarks);
    list_remarks(snippet, &remarks, &found);
    declaration_json(&declaration, &declared);
    compare(snippet, buffer_text(&found), buffer_text(&declared));
    declaration_fini(&declaration);
    remarks_fini(&remarks);
    buffer_fini(&bytes);
    buffer_fini(&found);
    buffer_fini(&declared);
    count++;
}

/* ---- the table ---- */

static void begin(struct snippet *snippet, const char *title)
{
    text_copy(snippet->title, sizeof snippet->title, title);
    buffer_clear(&snippet->bytes);
    buffer_clear(&snippet->wanted);
    buffer_clear(&snippet->says);
}

/* A blank line parts the last part of a snippet from the next one. */
static void read_table(FILE *file)
{
    struct snippet snippet = {0};
    struct buffer *part = NULL;
    char *line = NULL;
    size_t size = 0;
    buffer_init(&snippet.bytes, 1 << 16);
    buffer_init(&snippet.wanted, 1 << 16);
    buffer_init(&snippet.says, 1 << 16);
    for (ssize_t length; (length = getline(&line, &size, file)) > 0;) {
        if (text_starts(line, "=== ")) {
            if (part)
                try_snippet(&snippet);
            line[length - 1] = '\0';
            begin(&snippet, line + 4);
            part = &snippet.bytes;
        } else if (strcmp(line, "--- findings\n") == 0) {
            part = &snippet.wanted;
        } else if (strcmp(line, "--- says\n") == 0) {
            part = &snippet.says;
        } else if (part && (part == &snippet.bytes || line[0] != '\n')) {
            buffer_text_add(part, line);
        }
    }
    if (part)
        try_snippet(&snippet);
    free(line);
    buffer_fini(&snippet.bytes);
    buffer_fini(&snippet.wanted);
    buffer_fini(&snippet.says);
}

static void test_snippets(void **state)
{
    (void)state;
    static const char *const names[] = {"encodings", "lines",   "classes",  "addresses",
                                        "values",    "metrics", "librehost"};
    ontology_read(&ontology, ontology_builtin);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[64];
        text_format(path, sizeof path, "register/%s.txt", names[i]);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        read_table(file);
        fclose(file);
    }
    ontology_fini(&ontology);
    assert_int_equal(wrong, 0);
    assert_true(count >= 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_snippets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
