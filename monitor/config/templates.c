#include "templates.h"

#include "macros.h"
#include "source.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int is_text(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && text_ends(entry->d_name, ".txt");
}

static bool read_file(const struct reader *reader, const struct node *node, const char *path,
                      const char **ret)
{
    struct buffer bytes;
    struct fault fault;
    buffer_init(&bytes, TEMPLATES_FILE_BYTES);
    bool good = source_read(path, &bytes, &fault) == 0;
    if (!good)
        reader_fault(reader, node->place, "the template %.300s %.150s", path, fault.text);
    else if (memchr(bytes.bytes, '\0', bytes.length)) {
        reader_fault(reader, node->place, "the template %.300s is no text", path);
        good = false;
    }
    *ret = good ? arena_text(reader->arena, buffer_text(&bytes)) : NULL;
    buffer_fini(&bytes);
    return good;
}

static void take_file(const struct reader *reader, const struct node *node, const char *file,
                      struct config_alerts *alerts, struct probe_option *ret)
{
    const struct config_channels *channels = reader->probes->channels;
    const char *path = arena_printf(reader->arena, "%s/%s", alerts->folder, file);
    struct fault fault;
    ret->name = arena_text(reader->arena, file);
    if (!read_file(reader, node, path, &ret->value))
        return;
    if (channels && channels->check_template &&
        channels->check_template(ret->name, ret->value, &fault))
        reader_fault(reader, node->place, "the template %s", fault.text);
    else
        alerts->template_count++;
}

void templates_read_folder(const struct reader *reader, const struct node *node,
                           struct config_alerts *alerts)
{
    struct dirent **entries = NULL;
    if (!alerts->folder)
        return;
    int count = scandir(alerts->folder, &entries, is_text, alphasort);
    if (count < 0) {
        reader_fault(reader, node->place, "the folder of templates %.300s cannot be read: %s",
                     alerts->folder, strerror(errno));
        return;
    }
    if (count > TEMPLATES_FILES)
        reader_fault(reader, node->place, "more than %d templates in %.300s", TEMPLATES_FILES,
                     alerts->folder);
    struct probe_option *files = arena_array(reader->arena, (size_t)count + 1, sizeof *files);
    alerts->templates = files;
    for (int i = 0; i < count; i++) {
        if (i < TEMPLATES_FILES)
            take_file(reader, node, entries[i]->d_name, alerts, &files[alerts->template_count]);
        free(entries[i]);
    }
    free(entries);
}
