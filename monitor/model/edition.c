#include "edition.h"

#include "json.h"

#include <string.h>

enum { YEAR_LEAST = 1971, YEAR_MOST = 2099 };

static const char *const kind_names[EDITION_KIND_COUNT] = {
    [EDITION_FINAL] = "final",
    [EDITION_CORRECTION] = "correct",
    [EDITION_COMMENT] = "comment",
};

static bool is_of(const struct edition *edition, int year)
{
    return edition->year == year && edition->kind != EDITION_COMMENT;
}

const struct edition *edition_first(const struct edition *all, size_t count, int year)
{
    for (size_t i = 0; i < count; i++)
        if (is_of(&all[i], year))
            return &all[i];
    return NULL;
}

const struct edition *edition_newest(const struct edition *all, size_t count, int year)
{
    for (size_t i = count; i-- > 0;)
        if (is_of(&all[i], year))
            return &all[i];
    return NULL;
}

static bool is_replaced_by(const struct edition *earlier, const struct edition *later)
{
    return later->kind == EDITION_COMMENT && strcmp(earlier->hoster, later->hoster) == 0 &&
           strcmp(earlier->said.by, later->said.by) == 0;
}

size_t edition_select(const struct edition *all, size_t count, int year, enum edition_kind kind,
                      struct arena *arena, const struct edition **ret)
{
    struct edition *own = arena_array(arena, count + 1, sizeof *own);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (all[i].year != year || all[i].kind != kind)
            continue;
        size_t kept = 0;
        for (size_t j = 0; j < used; j++)
            if (!is_replaced_by(&own[j], &all[i]))
                own[kept++] = own[j];
        own[kept] = all[i];
        used = kept + 1;
    }
    *ret = own;
    return used;
}

/* ---- writing ---- */

static void write_files(const struct edition *edition, struct buffer *out)
{
    for (size_t i = 0; i < edition->file_count; i++) {
        buffer_text_add(out, i ? "," : ",\"files\":[");
        buffer_text_add(out, "{\"path\":");
        json_add_text(out, edition->files[i].name);
        buffer_printf(out, ",\"sha256\":\"%s\"}", edition->files[i].sha256);
    }
    if (edition->file_count)
        buffer_byte(out, ']');
}

void edition_write(const struct edition *edition, struct buffer *out)
{
    buffer_printf(out, "{\"action\":\"%s\",\"year\":%d", kind_names[edition->kind], edition->year);
    if (edition->of)
        buffer_printf(out, ",\"of\":%lld", (long long)edition->of);
    write_files(edition, out);
    statement_write(&edition->said, out);
    buffer_byte(out, '}');
}

/* ---- reading ---- */

static bool read_kind(const json_t *facts, enum edition_kind *ret)
{
    const char *action = json_string_value(json_object_get(facts, "action"));
    for (int i = 0; action && i < EDITION_KIND_COUNT; i++) {
        if (strcmp(kind_names[i], action) == 0) {
            *ret = (enum edition_kind)i;
            return true;
        }
    }
    return false;
}

/* A name as we give them, which leads nowhere but into the report's folder. */
static bool is_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= EDITION_NAME_MOST && name[0] != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == length;
}

static bool is_sum(const char *sha256)
{
    return strlen(sha256) == EDITION_SUM_SIZE - 1 &&
           strspn(sha256, "0123456789abcdef") == EDITION_SUM_SIZE - 1;
}

static int read_files(const json_t *list, struct edition *ret, struct arena *arena,
                      struct fault *fault)
{
    size_t count = json_array_size(list);
    if (!count || count > EDITION_FILES_MOST)
        return fault_set(fault, "an edition has 1 to %d files", EDITION_FILES_MOST);
    struct edition_file *files = arena_array(arena, count, sizeof *files);
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(one, "path"));
        const char *sha256 = json_string_value(json_object_get(one, "sha256"));
        if (!name || !is_name(name) || !sha256 || !is_sum(sha256))
            return fault_set(fault, "file %zu of the edition has no name, or no sum", i + 1);
        files[i] = (struct edition_file){arena_text(arena, name), arena_text(arena, sha256)};
    }
    ret->files = files;
    ret->file_count = count;
    return 0;
}

static int read_author(const json_t *facts, struct edition *ret, struct arena *arena,
                       struct fault *fault)
{
    const char *by = json_string_value(json_object_get(facts, "by"));
    return by ? statement_set_by(&ret->said, by, arena, fault) : 0;
}

int edition_read(const json_t *facts, struct edition *ret, struct arena *arena, struct fault *fault)
{
    json_int_t year = json_integer_value(json_object_get(facts, "year"));
    if (!read_kind(facts, &ret->kind))
        return fault_set(fault, "a report is made final, corrected or commented");
    if (year < YEAR_LEAST || year > YEAR_MOST)
        return fault_set(fault, "it is not said which year the report is of");
    ret->year = (int)year;
    if (ret->kind != EDITION_COMMENT &&
        read_files(json_object_get(facts, "files"), ret, arena, fault))
        return -1;
    if (ret->kind == EDITION_FINAL)
        return read_author(facts, ret, arena, fault);
    ret->of = json_integer_value(json_object_get(facts, "of"));
    if (ret->kind == EDITION_CORRECTION && ret->of <= 0)
        return fault_set(fault, "it is not said which edition is corrected");
    return statement_read(facts, &ret->said, arena, fault);
}
