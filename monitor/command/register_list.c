#include "register.h"

#include "json.h"
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 4096, REPORT_MAX = 128 * 1024 * 1024 };

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void print_member(const json_t *member)
{
    size_t i;
    const json_t *service;
    printf("%s: %s (%s)\n", text_at(member, "id"), text_at(member, "name"),
           text_at(member, "fate"));
    json_array_foreach(json_object_get(member, "services"), i, service)
        printf("  %s: %s, %s, %s (%s, declared %s)\n", text_at(service, "id"),
               text_at(service, "name"), text_at(service, "url"), text_at(service, "software"),
               text_at(service, "fate"), text_at(service, "declared"));
}

static bool is_good(const char *state)
{
    return strcmp(state, "fresh") == 0 || strcmp(state, "unchanged") == 0;
}

static void print_file(const json_t *file)
{
    size_t i;
    const json_t *finding;
    if (!is_good(text_at(file, "state")))
        printf("%s:1: error: %s, %s%s%s\n", text_at(file, "url"), text_at(file, "state"),
               text_at(file, "reason"), *text_at(file, "good") ? ", last good at " : "",
               text_at(file, "good"));
    json_array_foreach(json_object_get(file, "findings"), i, finding)
        printf("%s:%lld: %s: %s\n", text_at(file, "url"),
               (long long)json_integer_value(json_object_get(finding, "line")),
               text_at(finding, "severity"), text_at(finding, "message"));
}

static int print_report(const struct buffer *bytes)
{
    size_t i;
    const json_t *one;
    json_t *report = json_loadb(buffer_text(bytes), bytes->length, 0, NULL);
    json_array_foreach(json_object_get(report, "members"), i, one) print_member(one);
    json_array_foreach(json_object_get(report, "files"), i, one) print_file(one);
    int status = report ? EXIT_SUCCESS : EXIT_BAD;
    json_decref(report);
    return status;
}

static int list_of(void *owner, const struct config *config)
{
    const struct register_wishes *wishes = owner;
    struct buffer path, bytes;
    struct fault fault;
    int status = EXIT_BAD;
    buffer_init(&path, PATH_MAX_BYTES);
    buffer_init(&bytes, REPORT_MAX);
    buffer_printf(&path, "%s/register/report", config->data ? config->data : ".");
    if (source_read(buffer_text(&path), &bytes, &fault))
        fprintf(stderr, "vibrisse register: %s %s: has the monitor read its registers yet?\n",
                buffer_text(&path), fault.text);
    else if (wishes->json)
        status = fputs(buffer_text(&bytes), stdout) < 0 ? EXIT_BAD : EXIT_SUCCESS;
    else
        status = print_report(&bytes);
    buffer_fini(&bytes);
    buffer_fini(&path);
    return status;
}

int register_list(const struct register_wishes *wishes)
{
    return settings_use(&command_register, &wishes->settings, list_of, (void *)(uintptr_t)wishes);
}
