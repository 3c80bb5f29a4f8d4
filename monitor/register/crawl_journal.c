#include "crawl_journal.h"

#include "json.h"
#include "mem.h"
#include "stamp.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 32 * 1024, DETAIL_MAX = 200 };

/* Of a federation's own file, or of all files of one member. */
struct sum {
    size_t files, unread, findings[REMARK_ERROR + 1];
    const struct crawl_page *page; /* that has the worst finding */
    const struct remark *worst;
};

static const char *const severity_names[] = {
    [REMARK_NOTICE] = "notices", [REMARK_WARNING] = "warnings", [REMARK_ERROR] = "errors"};

static void add_page(struct sum *sum, const struct crawl_page *page)
{
    sum->files++;
    sum->unread += page->state == CRAWL_KEPT || page->state == CRAWL_LOST;
    for (size_t i = 0; i < page->remarks.count; i++) {
        const struct remark *remark = &page->remarks.list[i];
        enum remark_severity severity = remark_severity(remark->kind);
        sum->findings[severity]++;
        if (sum->worst && remark_severity(sum->worst->kind) >= severity)
            continue;
        sum->worst = remark;
        sum->page = page;
    }
}

static struct sum *sum_up(const struct crawl *crawl)
{
    struct sum *sums = mem_array(crawl->entry_count + 1, sizeof *sums);
    memset(sums, 0, (crawl->entry_count + 1) * sizeof *sums);
    for (size_t i = 0; i < crawl->entry_count; i++)
        add_page(&sums[crawl->entries[i].owner], crawl->entries[i].page);
    return sums;
}

/* ---- lines ---- */

static void add_text(struct buffer *out, const char *key, const char *value)
{
    char cut[DETAIL_MAX];
    if (!value || !*value)
        return;
    text_copy(cut, sizeof cut, value);
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, cut);
}

static void add_url(struct buffer *out, const char *key, const char *url)
{
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, url);
}

static void add_worst(struct buffer *out, const struct sum *sum)
{
    const struct remark *remark = sum->worst;
    buffer_printf(out, ",\"line\":%zu", remark->line);
    add_url(out, "in", sum->page->url);
    add_text(out, "severity", remark_severity_words[remark_severity(remark->kind)]);
    add_text(out, "sentence", remark_template(remark->kind));
    add_text(out, "key", remark->key);
    add_text(out, "value", remark->value);
    add_text(out, "other", remark->other);
}

static const char *name_of(const struct crawl_entry *entry)
{
    const struct declaration *declaration = entry->page->declaration;
    return declaration && declaration->name ? declaration->name : entry->name;
}

static void add_entry(const struct crawl_entry *entry, const struct sum *sum, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    const struct crawl_page *page = entry->page;
    buffer_printf(out, "{\"level\":%d,\"files\":%zu,\"unread\":%zu", entry->level, sum->files,
                  sum->unread);
    for (int i = REMARK_NOTICE; i <= REMARK_ERROR; i++)
        buffer_printf(out, ",\"%s\":%zu", severity_names[i], sum->findings[i]);
    add_url(out, "url", page->url);
    add_text(out, "id", page->id);
    add_text(out, "name", name_of(entry));
    add_text(out, "state", crawl_state_words[page->state]);
    add_text(out, "reason", reason_code(page->reason));
    if (page->status)
        buffer_printf(out, ",\"status\":%d", page->status);
    if (page->good.ms)
        add_text(out, "good", stamp_seconds(wall_seconds(page->good), stamp));
    if (sum->worst)
        add_worst(out, sum);
    buffer_text_add(out, "}\n");
}

/* Who is listed by two stands here once. */
static bool is_first(const struct crawl *crawl, size_t index)
{
    for (size_t i = crawl->entries[index].next; i != SIZE_MAX; i = crawl->entries[i].next)
        if (crawl->entries[i].owner == i)
            return false;
    return true;
}

static void write_line(struct buffer *line, FILE *out)
{
    if (!line->overflow)
        fwrite(buffer_text(line), 1, line->length, out);
    buffer_clear(line);
}

void crawl_journal_write(const struct crawl *crawl, FILE *out)
{
    char stamp[STAMP_SIZE];
    struct buffer line;
    struct sum *sums = sum_up(crawl);
    size_t listed = 0;
    for (size_t i = 0; i < crawl->page_count; i++)
        listed += crawl->pages[i]->state != CRAWL_UNLISTED;
    buffer_init(&line, LINE_MAX_BYTES);
    buffer_printf(&line, "{\"v\":1,\"at\":\"%s\",\"files\":%zu,\"left_out\":%zu}\n",
                  stamp_seconds(wall_seconds(crawl->now), stamp), listed, crawl->left_out);
    write_line(&line, out);
    for (size_t i = 0; i < crawl->entry_count; i++) {
        if (crawl->entries[i].owner != i || !is_first(crawl, i))
            continue;
        add_entry(&crawl->entries[i], &sums[i], &line);
        write_line(&line, out);
    }
    buffer_fini(&line);
    free(sums);
}
