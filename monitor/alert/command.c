/* A program of the operator's: never a shell. It reads the alert as one line of JSON (alert.h), then the message as
 * people read it. Its exit status tells whether it was taken: sysexits(3), 75 asks for another attempt. */
#include "channel.h"

#include "arguments.h"
#include "macros.h"

#include <assert.h>
#include <string.h>

enum { INPUT_MAX = 2 * ALERT_LINE_MAX };

struct command_options {
    const char *command;
};

static const struct schema_row rows[] = {
    {.name = "command",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct command_options, command),
     .min = 2,
     .max = 4000,
     .required = true,
     .spaced = true,
     .doc = "The program, by its whole path, and its arguments. No shell has a part in it.",
     .example = "[/usr/local/bin/alert-by-sms, \"+33123456789\"]"},
};

static int check(const void *options, struct fault *fault)
{
    const struct command_options *own = options;
    struct arena arena = {0};
    char **arguments = arguments_split(own->command, &arena, fault);
    int rc = arguments ? 0 : -1;
    if (arguments && (!arguments[0] || arguments[0][0] != '/'))
        rc = fault_set(fault, "command must begin with the whole path of a program");
    arena_free(&arena);
    return rc;
}

static void compose(const struct channel_job *job, struct dispatch *ret)
{
    const struct command_options *own = job->options;
    struct fault fault;
    struct buffer input;
    buffer_init(&input, INPUT_MAX);
    alert_write(job->alert, &input);
    buffer_printf(&input, "\n%s\n", message_chat(job->message, neutral_none, 10000, job->arena));
    ret->kind = DISPATCH_COMMAND;
    ret->arguments = arguments_split(own->command, job->arena, &fault);
    assert(ret->arguments); /* check() has seen them */
    ret->body = arena_bytes(job->arena, buffer_text(&input), input.length);
    ret->length = input.length;
    buffer_fini(&input);
}

const struct channel channel_command = {
    .name = "command",
    .options = {"command", rows, ARRAY_LEN(rows)},
    .size = sizeof(struct command_options),
    .check = check,
    .compose = compose,
    .judge = channel_judge_command,
};
