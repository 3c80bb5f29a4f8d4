#include "landmarks.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

void landmarks_fini(struct landmarks *landmarks)
{
    free(landmarks->list);
    *landmarks = (struct landmarks){0};
}

void landmarks_add(struct landmarks *landmarks, const char *name, size_t group, const char *file,
                   struct place place)
{
    void *list = landmarks->list;
    mem_grow(&list, &landmarks->capacity, landmarks->count + 1, sizeof *landmarks->list);
    landmarks->list = list;
    landmarks->list[landmarks->count] =
        (struct landmark){name, file, place, group, landmarks->count};
    landmarks->count++;
}

static int compare(const void *left, const void *right)
{
    const struct landmark *one = left, *other = right;
    if (one->group != other->group)
        return one->group < other->group ? -1 : 1;
    int order = strcmp(one->name, other->name);
    return order ? order : (one->order > other->order) - (one->order < other->order);
}

void landmarks_check(struct landmarks *landmarks, const char *what, struct fault_list *faults)
{
    if (!landmarks->count)
        return;
    qsort(landmarks->list, landmarks->count, sizeof *landmarks->list, compare);
    const struct landmark *first = &landmarks->list[0];
    for (size_t i = 1; i < landmarks->count; i++) {
        const struct landmark *mark = &landmarks->list[i];
        if (mark->group == first->group && strcmp(mark->name, first->name) == 0)
            fault_list_add(faults, mark->file, mark->place.line, mark->place.column,
                           "the %s \"%s\" is already given in %s:%zu", what, mark->name,
                           first->file, first->place.line);
        else
            first = mark;
    }
}
