/* Any bytes as any of the documents of NodeInfo and Matrix: the first byte says which. What comes out is fit to be shown,
 * and leads where two programs would go alike. */
#include "matrix_document.h"
#include "nodeinfo_document.h"
#include "text.h"
#include "url.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_text(const char *text, size_t size)
{
    assert(strlen(text) < size && text_is_utf8(text, strlen(text)));
}

static void check_url(const char *url)
{
    char host[URL_HOST_SIZE];
    uint16_t port;
    bool good = url_place(url, host, &port);
    assert(good && port && host[0]);
}

static bool read_nodeinfo(char kind, const char *json, size_t length, char *detail)
{
    static const char *const hosts[] = {"a.test", "b.test", NULL};
    char url[NODEINFO_URL_SIZE], told[RESULT_DETAIL_SIZE];
    struct nodeinfo nodeinfo;
    if (kind == 'i') {
        bool found = nodeinfo_document_find(json, length, hosts, url, detail);
        if (found)
            check_url(url);
        return found;
    }
    bool good = nodeinfo_document_read(json, length, &nodeinfo, detail);
    if (good) {
        nodeinfo_document_tell(&nodeinfo, told, sizeof told);
        check_text(told, sizeof told);
    }
    return good;
}

static bool read_matrix(char kind, const char *json, size_t length, char *detail)
{
    char base[MATRIX_BASE_SIZE], name[MATRIX_NAME_SIZE] = "", host[URL_HOST_SIZE];
    uint16_t port;
    bool good = false;
    if (kind == 'b' && (good = matrix_document_base(json, length, base, detail)))
        check_url(base);
    if (kind == 's')
        good = matrix_document_delegate(json, length, host, &port, detail);
    if (kind == 'v')
        good = matrix_document_versions(json, length, name, detail);
    if (kind == 'f')
        good = matrix_document_software(json, length, name, detail);
    check_text(name, sizeof name);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char detail[RESULT_DETAIL_SIZE] = "";
    if (length == 0 || !strchr("inbsvf", bytes[0]) || bytes[0] == '\0')
        return 0;
    char *json = malloc(length); /* of exactly its size, so that a read beyond it is caught */
    assert(json);
    memcpy(json, bytes + 1, length - 1);
    bool nodeinfo = bytes[0] == 'i' || bytes[0] == 'n';
    bool good = nodeinfo ? read_nodeinfo((char)bytes[0], json, length - 1, detail)
                         : read_matrix((char)bytes[0], json, length - 1, detail);
    assert(good || detail[0]);
    check_text(detail, sizeof detail);
    free(json);
    return 0;
}
