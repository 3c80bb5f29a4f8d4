/* How many bytes of ChatonsInfos files are read in a second of processor time: as properties alone, and with all that they
 * mean. Files are given as arguments. */
#include "chatonsinfos.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FILE_MAX = 1024 * 1024, ROUNDS = 20 };

static const double enough = 1; /* s */

struct sample {
    char *bytes;
    size_t length;
};

static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static struct sample read_sample(const char *path)
{
    struct sample sample = {calloc(1, FILE_MAX + 1), 0};
    FILE *in = fopen(path, "re");
    if (!in || !sample.bytes) {
        perror(path);
        exit(1);
    }
    sample.length = fread(sample.bytes, 1, FILE_MAX, in);
    fclose(in);
    return sample;
}

/* With an ontology, what they mean as well. */
static void read_once(const struct sample *sample, const struct ontology *ontology)
{
    struct properties properties;
    struct remarks remarks = {0};
    struct declaration declaration;
    const struct wall now = {1795354320000};
    if (properties_parse(&properties, sample->bytes, sample->length, &remarks) && ontology) {
        chatonsinfos_read(&properties, ontology, CLASS_UNKNOWN, now, &declaration, &remarks);
        declaration_fini(&declaration);
    }
    properties_fini(&properties);
    remarks_fini(&remarks);
}

static double megabytes_per_second(const struct sample *sample, const struct ontology *ontology)
{
    double begin = processor_seconds(), spent = 0, bytes = 0;
    while (spent < enough) {
        for (int i = 0; i < ROUNDS; i++)
            read_once(sample, ontology);
        bytes += ROUNDS * (double)sample->length;
        spent = processor_seconds() - begin;
    }
    return bytes / spent / 1e6;
}

int main(int argc, char **argv)
{
    struct ontology ontology;
    ontology_read(&ontology, ontology_builtin);
    for (int i = 1; i < argc; i++) {
        struct sample sample = read_sample(argv[i]);
        printf("%-40s %8zu bytes: %6.0f MB/s, with what it means %4.0f MB/s\n", argv[i],
               sample.length, megabytes_per_second(&sample, NULL),
               megabytes_per_second(&sample, &ontology));
        free(sample.bytes);
    }
    ontology_fini(&ontology);
    return 0;
}
