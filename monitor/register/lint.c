#include "lint.h"

#include "chatonsinfos.h"
#include "librehost.h"

#include <string.h>

/* Behind a byte order mark and blanks. */
static bool is_json(const char *bytes, size_t length)
{
    size_t i = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (i < length &&
           (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r' || bytes[i] == '\n'))
        i++;
    return i < length && (bytes[i] == '{' || bytes[i] == '[');
}

static void read_json(const char *bytes, size_t length, enum file_class expected,
                      struct declaration *ret, struct remarks *remarks)
{
    if (bytes[0] == '\xEF') {
        remarks_add(remarks, REMARK_bom, 1, NULL, NULL, NULL);
        bytes += 3;
        length -= 3;
    }
    librehost_read(bytes, length, ret, remarks);
    if (expected != CLASS_UNKNOWN && ret->class != CLASS_UNKNOWN && ret->class != expected)
        remarks_add(remarks, REMARK_wrong_class, 1, NULL, class_words[ret->class],
                    class_words[expected]);
    remarks_sort(remarks);
}

void lint_read(const char *bytes, size_t length, const struct ontology *ontology,
               enum file_class expected, struct wall now, struct declaration *ret,
               struct remarks *remarks)
{
    struct properties properties;
    if (is_json(bytes, length)) {
        read_json(bytes, length, expected, ret, remarks);
        return;
    }
    properties_parse(&properties, bytes, length, remarks);
    chatonsinfos_read(&properties, ontology, expected, now, ret, remarks);
    properties_fini(&properties);
}
