#include "registers.h"

#include "sections.h"

#define MINUTE INT64_C(60000)
#define DAY    (24 * 60 * MINUTE)

const struct schema_row registers_rows[REGISTERS_ROWS] = {
    {.name = "chatonsinfos",
     .type = SCHEMA_URL,
     .offset = offsetof(struct config_register, chatonsinfos),
     .doc = "The ChatonsInfos file of a federation.",
     .example = "https://exemple.example/chatons.properties"},
    {.name = "librehost",
     .type = SCHEMA_URL,
     .offset = offsetof(struct config_register, librehost),
     .doc = "The librehost.json of a hoster or federation.",
     .example = "https://exemple.example/librehost.json"},
    {.name = "every",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct config_register, every_ms),
     .min = 5 * MINUTE,
     .max = 30 * DAY,
     .preset = "6h",
     .doc = "How often it is read again; of several, the shortest counts for all.",
     .example = "12h"},
};

void registers_read(const struct reader *reader, const struct node *list, struct config *config)
{
    if (!reader_is(reader, list, NODE_LIST, "register",
                   "[{chatonsinfos: \"https://example.org/chatons.properties\"}]"))
        return;
    if (list->count > REGISTERS_MAX) {
        reader_fault(reader, list->place, "register may not have more than %d entries",
                     REGISTERS_MAX);
        return;
    }
    struct config_register *registers = arena_array(reader->arena, list->count, sizeof *registers);
    for (const struct node *node = list->first; node; node = node->next) {
        struct config_register *one = &registers[config->register_count++];
        bool good = reader_section(reader, &sections[SECTION_REGISTER], node, one);
        if (good && !node_at(node, "chatonsinfos") == !node_at(node, "librehost"))
            reader_fault(reader, node->place,
                         "an entry of register needs one of chatonsinfos and librehost");
    }
    config->registers = registers;
}
