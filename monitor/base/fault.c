#include "fault.h"

#include "mem.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

int fault_set(struct fault *fault, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(fault->text, sizeof fault->text, format, list);
    va_end(list);
    return -1;
}

void fault_list_add(struct fault_list *list, const char *file, size_t line, size_t column,
                    const char *format, ...)
{
    enum { MOST = 1000 }; /* more than anyone reads; a hostile file must not fill the memory */
    if (list->count >= MOST)
        return;
    char message[512], text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    text_format(text, sizeof text, "%s:%zu:%zu: %s", file, line, column, message);
    void *texts = list->texts;
    mem_grow(&texts, &list->capacity, list->count + 1, sizeof *list->texts);
    list->texts = texts;
    list->texts[list->count++] = mem_text(text);
}

void fault_list_free(struct fault_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->texts[i]);
    free(list->texts);
    *list = (struct fault_list){0};
}
