#include "matrix_document.h"

#include "json.h"
#include "text.h"

#include <string.h>

static bool complain(char detail[RESULT_DETAIL_SIZE], const char *words, const char *more)
{
    char text[2 * RESULT_DETAIL_SIZE];
    text_format(text, sizeof text, "%s%.120s", words, more);
    text_clean(detail, RESULT_DETAIL_SIZE, text, strlen(text));
    return false;
}

static json_t *load(const char *json, size_t length, char detail[RESULT_DETAIL_SIZE])
{
    json_error_t error;
    json_t *document = json_loadb(json, length, 0, &error);
    if (json_is_object(document))
        return document;
    complain(detail, "it is not JSON: ", document ? "no object" : error.text);
    json_decref(document);
    return NULL;
}

bool matrix_document_base(const char *json, size_t length, char ret_base[MATRIX_BASE_SIZE],
                          char detail[RESULT_DETAIL_SIZE])
{
    char host[URL_HOST_SIZE];
    uint16_t port;
    json_t *document = load(json, length, detail);
    if (!document)
        return false;
    const char *base =
        json_string_value(json_object_get(json_object_get(document, "m.homeserver"), "base_url"));
    bool good = base && url_place(base, host, &port) && text_copy(ret_base, MATRIX_BASE_SIZE, base);
    if (!base)
        complain(detail, "it lacks m.homeserver.base_url", "");
    else if (!good)
        complain(detail, "m.homeserver.base_url is no address: ", base);
    else if (text_ends(ret_base, "/"))
        ret_base[strlen(ret_base) - 1] = '\0';
    json_decref(document);
    return good;
}

bool matrix_document_delegate(const char *json, size_t length, char ret_host[URL_HOST_SIZE],
                              uint16_t *ret_port, char detail[RESULT_DETAIL_SIZE])
{
    json_t *document = load(json, length, detail);
    if (!document)
        return false;
    const char *server = json_string_value(json_object_get(document, "m.server"));
    bool good = server && url_read_authority(server, ret_host, ret_port);
    if (!server)
        complain(detail, "it lacks m.server", "");
    else if (!good)
        complain(detail, "m.server is no host with or without a port: ", server);
    json_decref(document);
    return good;
}

bool matrix_document_versions(const char *json, size_t length, char ret_last[MATRIX_NAME_SIZE],
                              char detail[RESULT_DETAIL_SIZE])
{
    json_t *document = load(json, length, detail);
    if (!document)
        return false;
    const json_t *versions = json_object_get(document, "versions");
    size_t count = json_array_size(versions);
    const char *last = count ? json_string_value(json_array_get(versions, count - 1)) : NULL;
    if (last)
        text_clean(ret_last, MATRIX_NAME_SIZE, last, strlen(last));
    else
        complain(detail, "it names no versions", "");
    json_decref(document);
    return last != NULL;
}

bool matrix_document_software(const char *json, size_t length, char ret_name[MATRIX_NAME_SIZE],
                              char detail[RESULT_DETAIL_SIZE])
{
    char name[40] = "", version[40] = "";
    json_t *document = load(json, length, detail);
    if (!document)
        return false;
    const json_t *server = json_object_get(document, "server");
    json_get_text(server, "name", name, sizeof name);
    json_get_text(server, "version", version, sizeof version);
    json_decref(document);
    text_format(ret_name, MATRIX_NAME_SIZE, "%s%s%s", name, version[0] ? " " : "", version);
    return name[0] || complain(detail, "it lacks server.name", "");
}
