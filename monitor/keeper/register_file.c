#include "register_file.h"

#include "folder.h"
#include "json.h"
#include "mem.h"
#include "text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 64 * 1024, TEXT_SIZE = 4096 };

static const char *const states[] = {"fresh", "unchanged", "kept", "lost"};

/* NULL where there is none. */
static const char *text_at(const json_t *object, const char *key, struct arena *arena)
{
    char text[TEXT_SIZE];
    if (!json_get_text(object, key, text, sizeof text) || !*text)
        return NULL;
    return arena_text(arena, text);
}

static int64_t count_at(const json_t *object, const char *key)
{
    json_int_t count = json_integer_value(json_object_get(object, key));
    return count > 0 ? count : 0;
}

static int64_t time_at(const json_t *object, const char *key)
{
    int64_t ms = 0;
    return json_get_time(object, key, &ms) ? ms / 1000 : 0;
}

static bool read_state(const json_t *object, enum register_state *ret)
{
    const char *text = json_string_value(json_object_get(object, "state"));
    for (int i = 0; text && i < REGISTER_STATES; i++)
        if (strcmp(text, states[i]) == 0) {
            *ret = (enum register_state)i;
            return true;
        }
    return false;
}

static bool read_entry(const json_t *object, struct arena *arena, struct register_entry *ret)
{
    const char *reason = json_string_value(json_object_get(object, "reason"));
    *ret = (struct register_entry){
        .is_federation = count_at(object, "level") == 0,
        .url = text_at(object, "url", arena),
        .id = text_at(object, "id", arena),
        .name = text_at(object, "name", arena),
        .status = count_at(object, "status"),
        .good = time_at(object, "good"),
        .files = count_at(object, "files"),
        .unread = count_at(object, "unread"),
        .errors = count_at(object, "errors"),
        .warnings = count_at(object, "warnings"),
        .notices = count_at(object, "notices"),
        .in = text_at(object, "in", arena),
        .sentence = text_at(object, "sentence", arena),
        .key = text_at(object, "key", arena),
        .value = text_at(object, "value", arena),
        .other = text_at(object, "other", arena),
        .line = count_at(object, "line"),
    };
    return ret->url && reason && reason_parse(reason, &ret->reason) &&
           read_state(object, &ret->state);
}

static void read_line(const json_t *object, struct register_log *ret)
{
    if (json_object_get(object, "at")) {
        ret->at = time_at(object, "at");
        ret->files = count_at(object, "files");
    } else if (ret->count < REGISTER_ENTRIES_MAX) {
        ret->count += read_entry(object, &ret->arena, &ret->entries[ret->count]);
    }
}

/* Lines that are not what a crawl writes are passed over. False: there is nothing of use. The arena of *ret is to be freed
 * in either case. */
static bool read_all(FILE *in, struct register_log *ret)
{
    char *line = mem_alloc(LINE_SIZE);
    *ret = (struct register_log){0};
    ret->entries = arena_array(&ret->arena, REGISTER_ENTRIES_MAX, sizeof *ret->entries);
    while (fgets(line, LINE_SIZE, in)) {
        json_t *object = json_loads(line, 0, NULL);
        if (json_is_object(object))
            read_line(object, ret);
        json_decref(object);
    }
    free(line);
    return ret->at > 0;
}

static bool take(struct register_file *file, FILE *in)
{
    struct register_log found;
    struct stat status;
    if (fstat(fileno(in), &status) || folder_is_same(&status, &file->from))
        return false;
    file->from = status;
    if (!read_all(in, &found)) {
        arena_free(&found.arena);
        return false;
    }
    arena_free(&file->log.arena);
    file->log = found;
    return true;
}

bool register_file_look(struct register_file *file, const char *data)
{
    char path[PATH_MAX];
    FILE *in =
        text_format(path, sizeof path, "%s/register/journal", data) ? fopen(path, "re") : NULL;
    bool is_other = in && take(file, in);
    if (in)
        fclose(in);
    return is_other;
}

const struct register_log *register_file_log(const struct register_file *file)
{
    return file->log.at ? &file->log : NULL;
}

void register_file_fini(struct register_file *file)
{
    arena_free(&file->log.arena);
    *file = (struct register_file){0};
}
