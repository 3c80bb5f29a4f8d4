#include "schedule.h"

#include "mem.h"

#include <assert.h>
#include <stdlib.h>

void schedule_free(struct schedule *schedule)
{
    free(schedule->heap);
    *schedule = (struct schedule){0};
}

/* Places count from 1, so that the parent of `place` is place / 2. */
static void put(struct schedule *schedule, size_t place, struct schedule_turn *turn)
{
    schedule->heap[place - 1] = turn;
    turn->place = place;
}

static bool is_earlier(const struct schedule *schedule, size_t left, size_t right)
{
    return schedule->heap[left - 1]->due.ns < schedule->heap[right - 1]->due.ns;
}

static void swap(struct schedule *schedule, size_t left, size_t right)
{
    struct schedule_turn *turn = schedule->heap[left - 1];
    put(schedule, left, schedule->heap[right - 1]);
    put(schedule, right, turn);
}

static void rise(struct schedule *schedule, size_t place)
{
    while (place > 1 && is_earlier(schedule, place, place / 2)) {
        swap(schedule, place, place / 2);
        place /= 2;
    }
}

static void sink(struct schedule *schedule, size_t place)
{
    for (;;) {
        size_t child = 2 * place;
        if (child > schedule->count)
            return;
        if (child < schedule->count && is_earlier(schedule, child + 1, child))
            child++;
        if (!is_earlier(schedule, child, place))
            return;
        swap(schedule, place, child);
        place = child;
    }
}

static void add(struct schedule *schedule, struct schedule_turn *turn)
{
    assert(!schedule_has(turn));
    void *heap = schedule->heap;
    mem_grow(&heap, &schedule->capacity, schedule->count + 1, sizeof *schedule->heap);
    schedule->heap = heap;
    schedule->count++;
    put(schedule, schedule->count, turn);
    rise(schedule, schedule->count);
}

int64_t schedule_phase_ms(uint64_t key, int64_t interval_ms)
{
    return (int64_t)(key % (uint64_t)interval_ms);
}

struct mono schedule_first(uint64_t key, int64_t interval_ms, struct mono now, struct wall now_wall)
{
    int64_t wait_ms = schedule_phase_ms(key, interval_ms) - now_wall.ms % interval_ms;
    return mono_plus_ms(now, wait_ms < 0 ? wait_ms + interval_ms : wait_ms);
}

void schedule_add_regular(struct schedule *schedule, struct schedule_turn *turn,
                          int64_t interval_ms, struct mono first)
{
    assert(interval_ms > 0);
    turn->interval_ms = interval_ms;
    turn->due = first;
    add(schedule, turn);
}

void schedule_add_single(struct schedule *schedule, struct schedule_turn *turn, struct mono due)
{
    turn->interval_ms = 0;
    turn->due = due;
    add(schedule, turn);
}

void schedule_remove(struct schedule *schedule, struct schedule_turn *turn)
{
    size_t place = turn->place;
    if (!place)
        return;
    struct schedule_turn *last = schedule->heap[schedule->count - 1];
    schedule->count--;
    turn->place = 0;
    if (last == turn)
        return;
    put(schedule, place, last);
    rise(schedule, place);
    sink(schedule, last->place);
}

struct schedule_call schedule_next(struct schedule *schedule, struct mono now)
{
    struct schedule_turn *turn = schedule->count ? schedule->heap[0] : NULL;
    if (!turn || turn->due.ns > now.ns)
        return (struct schedule_call){0};
    int64_t late_ns = now.ns - turn->due.ns;
    if (!turn->interval_ms) {
        schedule_remove(schedule, turn);
        return (struct schedule_call){turn, late_ns / 1000000, 0};
    }
    int64_t interval_ns = turn->interval_ms * 1000000;
    int64_t missed = late_ns / interval_ns;
    turn->due.ns += (missed + 1) * interval_ns;
    sink(schedule, turn->place);
    return (struct schedule_call){turn, late_ns % interval_ns / 1000000, missed};
}

bool schedule_earliest(const struct schedule *schedule, struct mono *ret_due)
{
    if (!schedule->count)
        return false;
    *ret_due = schedule->heap[0]->due;
    return true;
}
