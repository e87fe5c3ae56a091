#pragma once
#include <crypt.h>
#include <stdlib.h>
#include <string.h>

// struct crypt_data has 32 kB: too much for the stack of a task's thread. 0 where the hash is of no method that is known.
static inline int tp_crypt(const char *password, const char *setting, char *into, size_t room)
{
    struct crypt_data *data = (struct crypt_data *)calloc(1, sizeof *data);
    if (!data) return 0;
    const char *hash = crypt_r(password, setting, data);
    int done = hash && hash[0] != '*' && strlen(hash) < room;
    if (done) strcpy(into, hash);
    free(data);
    return done;
}
