#include "register.h"

#include "json.h"
#include "lint.h"
#include "mem.h"
#include "properties.h"
#include "sandbox.h"
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUT_MAX = 16 * 1024 * 1024, BRIEF_MOST = 100 };

static void print_count(size_t count, const char *noun, const char *after)
{
    fprintf(stderr, "%zu %s%s%s", count, noun, count == 1 ? "" : "s", after);
}

/* What it is and how much was found, for a person: beside the remarks, not among them. */
static void print_summary(const char *file, const struct declaration *declaration,
                          const struct remarks *remarks)
{
    size_t counts[REMARK_ERROR + 1] = {0};
    for (size_t i = 0; i < remarks->count; i++)
        counts[remark_severity(remarks->list[i].kind)]++;
    fprintf(stderr, "%s: %s, ", file,
            declaration->class == CLASS_UNKNOWN ? "not readable" : class_words[declaration->class]);
    print_count(counts[REMARK_ERROR], "error", ", ");
    print_count(counts[REMARK_WARNING], "warning", ", ");
    print_count(counts[REMARK_NOTICE], "notice", remarks->left_out ? ", " : ".\n");
    if (remarks->left_out)
        fprintf(stderr, "and %zu more.\n", remarks->left_out);
}

static void open_json(const char *file, struct buffer *out)
{
    buffer_text_add(out, out->length > 1 ? ",\n{\"file\":" : "{\"file\":");
    json_add_text(out, file);
}

static void add_findings(const struct register_wishes *wishes, const struct remarks *remarks,
                         struct buffer *out)
{
    size_t most = wishes->brief && remarks->count > BRIEF_MOST ? BRIEF_MOST : remarks->count;
    buffer_text_add(out, ",\"findings\":[");
    for (size_t i = 0; i < most; i++) {
        buffer_text_add(out, i ? "," : "");
        remark_json(&remarks->list[i], wishes->told_in, out);
    }
    buffer_printf(out, "],\"left_out\":%zu}", remarks->left_out + remarks->count - most);
}

static void add_json(const struct register_wishes *wishes, const char *file,
                     const struct declaration *declaration, const struct remarks *remarks,
                     struct buffer *out)
{
    open_json(file, out);
    if (wishes->brief) {
        buffer_printf(out, ",\"class\":\"%s\"", class_words[declaration->class]);
    } else {
        buffer_text_add(out, ",\"declares\":");
        declaration_json(declaration, out);
    }
    add_findings(wishes, remarks, out);
}

static void print_remarks(const struct register_wishes *wishes, const char *file,
                          const struct declaration *declaration, const struct remarks *remarks,
                          struct buffer *out)
{
    for (size_t i = 0; i < remarks->count; i++)
        remark_print(&remarks->list[i], file, wishes->told_in, out);
    fputs(buffer_text(out), stdout);
    fflush(stdout);
    buffer_clear(out);
    print_summary(file, declaration, remarks);
}

/* True when something is worse than a notice. */
static bool lint_bytes(const struct register_wishes *wishes, const char *file,
                       const struct buffer *bytes, struct buffer *out)
{
    struct declaration declaration;
    struct remarks remarks = {0};
    lint_read(buffer_text(bytes), bytes->length, wishes->ontology, wishes->expected, clock_wall(),
              &declaration, &remarks);
    if (wishes->json)
        add_json(wishes, file, &declaration, &remarks, out);
    else
        print_remarks(wishes, file, &declaration, &remarks, out);
    bool bad = remarks.count && remarks.worst > REMARK_NOTICE;
    declaration_fini(&declaration);
    remarks_fini(&remarks);
    return bad;
}

/* Programs learn it on standard output, too. */
static void tell_lost(const struct register_wishes *wishes, const struct crawl_page *page,
                      struct buffer *out)
{
    fprintf(stderr, "vibrisse register: %s cannot be had: %s (%s)\n", page->url,
            reason_sentence(page->reason),
            page->detail[0] ? page->detail : reason_code(page->reason));
    if (!wishes->json)
        return;
    open_json(page->url, out);
    buffer_printf(out, ",\"reason\":\"%s\",\"status\":%d,\"detail\":", reason_code(page->reason),
                  page->status);
    json_add_text(out, page->detail);
    buffer_text_add(out, ",\"findings\":[],\"left_out\":0}");
}

/* With what came but could not be read told as any other finding, and what did not come as a message. */
static bool tell_page(const struct register_wishes *wishes, const struct crawl_page *page,
                      struct buffer *out)
{
    static const struct declaration none;
    const struct declaration *declaration = page->declaration ? page->declaration : &none;
    bool is_bad = page->reason != REASON_ok && page->reason != REASON_body_too_large;
    if (is_bad)
        tell_lost(wishes, page, out);
    else if (wishes->json)
        add_json(wishes, page->url, declaration, &page->remarks, out);
    else
        print_remarks(wishes, page->url, declaration, &page->remarks, out);
    return is_bad || (page->remarks.count && page->remarks.worst > REMARK_NOTICE);
}

static bool lint_address(const struct register_wishes *wishes, const char *url, struct buffer *out)
{
    struct crawl crawl;
    crawl_init(&crawl, wishes->ontology, clock_wall());
    crawl.alone = true;
    crawl_begin(&crawl, url);
    crawl.pages[0]->expected = wishes->expected;
    bool bad = register_crawl(wishes, &crawl) || tell_page(wishes, crawl.pages[0], out);
    crawl_fini(&crawl);
    return bad;
}

static bool lint_file(const struct register_wishes *wishes, const char *file, struct buffer *out)
{
    struct buffer bytes;
    struct fault fault;
    bool is_input = strcmp(file, "-") == 0, bad = true;
    buffer_init(&bytes, PROPERTIES_METRICS_MAX);
    if (is_input ? source_read_all(STDIN_FILENO, &bytes, &fault)
                 : source_read(file, &bytes, &fault))
        fprintf(stderr, "vibrisse register: %s %s\n", is_input ? "standard input" : file,
                fault.text);
    else
        bad = lint_bytes(wishes, file, &bytes, out);
    buffer_fini(&bytes);
    return bad;
}

int register_lint(const struct register_wishes *wishes)
{
    struct buffer out;
    struct fault missing;
    bool bad = false;
    /* A stranger's file is read by a process that can write nothing; where the machine lacks that, as anywhere. */
    sandbox_enter(SANDBOX_CRAWLER, (const char *const[]){NULL}, &missing);
    buffer_init(&out, OUT_MAX);
    if (wishes->json)
        buffer_byte(&out, '[');
    for (char **file = wishes->arguments; *file; file++)
        bad |= strstr(*file, "://") ? lint_address(wishes, *file, &out)
                                    : lint_file(wishes, *file, &out);
    if (wishes->json)
        printf("%s]\n", buffer_text(&out));
    buffer_fini(&out);
    return bad ? EXIT_BAD : EXIT_SUCCESS;
}
