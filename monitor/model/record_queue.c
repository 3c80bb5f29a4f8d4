#include "record_queue.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

void record_queue_add(struct record_line *line, const struct span *span)
{
    void *queue = line->queue;
    mem_grow(&queue, &line->capacity, line->queued + 1, sizeof *line->queue);
    line->queue = queue;
    struct span *queued = &line->queue[line->queued++];
    *queued = *span;
    queued->detail = *span_detail(span) ? mem_text(span->detail) : NULL;
}

static void free_details(struct record_line *line, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free((char *)line->queue[i].detail);
}

void record_queue_forget(struct record_line *line, int64_t frontier)
{
    size_t gone = 0;
    while (gone < line->queued && line->queue[gone].to <= frontier)
        gone++;
    if (!gone)
        return;
    free_details(line, gone);
    line->queued -= gone;
    memmove(line->queue, line->queue + gone, line->queued * sizeof *line->queue);
}

void record_queue_free(struct record_line *line)
{
    free_details(line, line->queued);
    free(line->queue);
}
