/* Runs a fuzz target over the files of its corpus, as an ordinary test, where no fuzzer is linked. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    /* A block of exactly the right size: a read beyond it is caught. */
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(length ? length : 1);
    if (bytes && fread(bytes, 1, length, file) == length)
        LLVMFuzzerTestOneInput(bytes, length);
    free(bytes);
    fclose(file);
}

int main(int argc, char **argv)
{
    int count = 0;
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
        return 2;
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        replay(path);
        count++;
    }
    closedir(folder);
    printf("%d inputs\n", count);
    return count ? 0 : 1;
}
