// A provider that is OpenSSL's default one with fewer algorithms, for a library context of TLS clients.
//
// OpenSSL 3.0 sets up every decoder of a context anew for each public key that it reads: some 40 in the default
// provider, which is a third of a client's time in a handshake, where five know every key that a server can sign with.
// And each time it copies the list of all algorithms that the context keeps, most of which TLS has not. The ciphers are
// not kept at all: an SSL_CTX holds those that it needs.
// All else is the default provider's, called with its own context, so that nothing behaves in another way. Keys of
// other kinds are not read here: whoever meets one asks the default context. Signatures by digests that are left out
// are verified: libcrypto finds those by their names, and the default provider makes them.
// One of its functions is ours: keys on the curves that certificates have are read beside a curve that is kept, since
// the default provider's reading computes the curve's constants anew, which is a third of a certificate's time.
//
// Used by one Swift file only: each object file has a state of its own.
#pragma once
#include <openssl/bio.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <string.h>

// How a SubjectPublicKeyInfo begins whose key is an uncompressed point of a named curve (RFC 5480 2.2), and how many
// bytes it is in all.
typedef struct {
    size_t count, whole;
    unsigned char bytes[26];
} shim_curve_prefix;

enum { shim_curves = 2 };

static inline const shim_curve_prefix *shim_curve_prefixes(void) {
    static const shim_curve_prefix prefixes[shim_curves] = {
        // P-256
        {26, 91, {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                  0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00}},
        // P-384
        {23, 120, {0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                   0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00}}};
    return prefixes;
}

typedef struct {
    // The default provider; the process never unloads it.
    OSSL_PROVIDER *base;
    // Of its decoder of keys on curves, of such keys, and of what they are read from.
    OSSL_FUNC_decoder_decode_fn *decode;
    OSSL_FUNC_keymgmt_dup_fn *copy;
    OSSL_FUNC_keymgmt_set_params_fn *set;
    OSSL_FUNC_keymgmt_free_fn *release;
    OSSL_FUNC_BIO_read_ex_fn *read;
    OSSL_FUNC_BIO_ctrl_fn *control;
    OSSL_DISPATCH decoder[16];
    // Keys without a point, each made once and never freed.
    void *curves[shim_curves];
    // What is passed on of its algorithms: for each operation that is chosen from, a list that ends with an empty one.
    const OSSL_ALGORITHM *lists[32];
    OSSL_ALGORITHM algorithms[256];
} shim_provider_state;

// Swift takes no variables from a header but those of a function.
static inline shim_provider_state *shim_provider(void) {
    static shim_provider_state state;
    return &state;
}

// OpenSSL wants function pointers from a provider: these four pass on what they are asked.
static inline const OSSL_PARAM *shim_provider_parameters(void *unused) {
    (void)unused;
    return OSSL_PROVIDER_gettable_params(shim_provider()->base);
}
static inline int shim_provider_get(void *unused, OSSL_PARAM parameters[]) {
    (void)unused;
    return OSSL_PROVIDER_get_params(shim_provider()->base, parameters);
}
static inline int shim_provider_capabilities(void *unused, const char *name, OSSL_CALLBACK *tell,
                                             void *argument) {
    (void)unused;
    return OSSL_PROVIDER_get_capabilities(shim_provider()->base, name, tell, argument);
}
static inline const OSSL_ALGORITHM *shim_provider_query(void *unused, int operation,
                                                        int *is_volatile) {
    (void)unused;
    size_t known = sizeof shim_provider()->lists / sizeof *shim_provider()->lists;
    const OSSL_ALGORITHM *list =
        operation >= 0 && (size_t)operation < known ? shim_provider()->lists[operation] : NULL;
    const OSSL_ALGORITHM *all =
        OSSL_PROVIDER_query_operation(shim_provider()->base, operation, is_volatile);
    // Asked for once in the life of a context or thread, and in the way of all that are asked for each time.
    if (operation == OSSL_OP_CIPHER || operation == OSSL_OP_RAND) *is_volatile = 1;
    return list != NULL ? list : all;
}

// What the default provider is about to tell of a key that it has read.
typedef struct {
    void **curve;
    OSSL_CALLBACK *tell;
    void *argument;
} shim_told_key;

// Keeps the curve of a key on its way to who asked for it.
static inline int shim_keep_curve(const OSSL_PARAM told[], void *argument) {
    const shim_told_key *key = argument;
    const OSSL_PARAM *reference = OSSL_PARAM_locate_const(told, OSSL_OBJECT_PARAM_REFERENCE);
    if (reference != NULL && reference->data_size == sizeof(void *)) {
        void *none = NULL;
        ERR_set_mark();
        void *curve = shim_provider()->copy(*(void **)reference->data, OSSL_KEYMGMT_SELECT_ALL_PARAMETERS);
        ERR_pop_to_mark();
        // Another thread may have been faster.
        if (curve != NULL && !__atomic_compare_exchange_n(key->curve, &none, curve, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            shim_provider()->release(curve);
    }
    return key->tell(told, key->argument);
}

// For tests: whether anything is read beside a curve.
static inline int shim_keeps_curves(void) {
    return __atomic_load_n(shim_provider()->curves, __ATOMIC_ACQUIRE) != NULL;
}

// A key of a curve that is kept and of a point, which is checked to be on it; NULL where it cannot be had so.
static inline void *shim_key(void *curve, const unsigned char *point, size_t count) {
    const shim_provider_state *state = shim_provider();
    // The default provider says itself what it does not take.
    ERR_set_mark();
    void *key = state->copy(curve, OSSL_KEYMGMT_SELECT_ALL_PARAMETERS);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, (void *)point, count),
        OSSL_PARAM_END};
    int is_set = key != NULL && state->set(key, parameters);
    ERR_pop_to_mark();
    if (is_set) return key;
    state->release(key);
    return NULL;
}

// Which curve a SubjectPublicKeyInfo has its point on; -1 where it is another, or written in another way.
static inline int shim_curve_of(const unsigned char *bytes, size_t count) {
    const shim_curve_prefix *prefix = shim_curve_prefixes();
    for (int curve = 0; curve < shim_curves; curve++, prefix++)
        if (count == prefix->whole && !memcmp(bytes, prefix->bytes, prefix->count) &&
            bytes[prefix->count] == POINT_CONVERSION_UNCOMPRESSED)
            return curve;
    return -1;
}

// Tells of a key as the default provider does; what is not taken is freed.
static inline int shim_tell(void *key, OSSL_CALLBACK *tell, void *argument) {
    int type = OSSL_OBJECT_PKEY;
    const OSSL_PARAM told[] = {
        OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &type),
        OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA_TYPE, (char *)"EC", 0),
        OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_REFERENCE, &key, sizeof key),
        OSSL_PARAM_END};
    int is_taken = tell(told, argument);
    shim_provider()->release(key);  // NULL by now where it was taken
    return is_taken;
}

// In the place of the default provider's, for keys on curves. All that is not as expected is left to that one, from
// where it began to be read.
static inline int shim_decode(void *context, OSSL_CORE_BIO *from, int selection, OSSL_CALLBACK *tell,
                              void *argument, OSSL_PASSPHRASE_CALLBACK *ask, void *ask_argument) {
    shim_provider_state *state = shim_provider();
    unsigned char bytes[128];
    size_t count = 0;
    int is_public = selection == 0 || (selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY);
    int start = state->control(from, BIO_C_FILE_TELL, 0, NULL);
    if (!is_public || start < 0)
        return state->decode(context, from, selection, tell, argument, ask, ask_argument);
    if (!state->read(from, bytes, sizeof bytes, &count)) count = 0;
    int curve = shim_curve_of(bytes, count);
    void *known = curve < 0 ? NULL : __atomic_load_n(state->curves + curve, __ATOMIC_ACQUIRE);
    if (known != NULL) {
        size_t prefix = shim_curve_prefixes()[curve].count;
        void *key = shim_key(known, bytes + prefix, count - prefix);
        if (key != NULL) return shim_tell(key, tell, argument);
    }
    if (state->control(from, BIO_C_FILE_SEEK, start, NULL) < 0) return 0;
    if (curve >= 0 && known == NULL) {
        shim_told_key fresh = {state->curves + curve, tell, argument};
        return state->decode(context, from, selection, shim_keep_curve, &fresh, ask, ask_argument);
    }
    return state->decode(context, from, selection, tell, argument, ask, ask_argument);
}

// A function of a table that ends with an empty entry; NULL where it has none.
static inline void (*shim_function(const OSSL_DISPATCH *table, int number))(void) {
    for (; table->function_id != 0; table++)
        if (table->function_id == number) return table->function;
    return NULL;
}

// Whether the first name of an algorithm, OpenSSL's own, is among those; all of them stand in one string, with colons
// between.
static inline int shim_is_named(const OSSL_ALGORITHM *algorithm, const char *const names[]) {
    size_t length = strcspn(algorithm->algorithm_names, ":");
    for (; *names != NULL; names++)
        if (strlen(*names) == length && !strncmp(algorithm->algorithm_names, *names, length))
            return 1;
    return 0;
}

static inline int shim_is_curve_key(const OSSL_ALGORITHM *algorithm) {
    static const char *const names[] = {"EC", NULL};
    return shim_is_named(algorithm, names);
}

// Puts our function for keys on curves into the place of the default provider's, among the decoders that were chosen;
// nothing is changed where anything is not as expected.
static inline void shim_replace_decoder(void) {
    shim_provider_state *state = shim_provider();
    OSSL_ALGORITHM *decoder = (OSSL_ALGORITHM *)state->lists[OSSL_OP_DECODER];
    const OSSL_ALGORITHM *key = state->lists[OSSL_OP_KEYMGMT];
    while (decoder->algorithm_names != NULL && !shim_is_curve_key(decoder)) decoder++;
    while (key->algorithm_names != NULL && !shim_is_curve_key(key)) key++;
    if (decoder->algorithm_names == NULL || key->algorithm_names == NULL ||
        decoder->implementation == state->decoder)
        return;
    state->copy = (OSSL_FUNC_keymgmt_dup_fn *)shim_function(key->implementation, OSSL_FUNC_KEYMGMT_DUP);
    state->set =
        (OSSL_FUNC_keymgmt_set_params_fn *)shim_function(key->implementation, OSSL_FUNC_KEYMGMT_SET_PARAMS);
    state->release = (OSSL_FUNC_keymgmt_free_fn *)shim_function(key->implementation, OSSL_FUNC_KEYMGMT_FREE);
    state->decode =
        (OSSL_FUNC_decoder_decode_fn *)shim_function(decoder->implementation, OSSL_FUNC_DECODER_DECODE);
    if (state->copy == NULL || state->set == NULL || state->release == NULL || state->decode == NULL ||
        state->read == NULL || state->control == NULL)
        return;
    size_t most = sizeof state->decoder / sizeof *state->decoder, count = 0;
    for (const OSSL_DISPATCH *function = decoder->implementation; function->function_id != 0; function++) {
        if (count + 1 >= most) return;
        state->decoder[count] = *function;
        if (function->function_id == OSSL_FUNC_DECODER_DECODE)
            state->decoder[count].function = (void (*)(void))shim_decode;
        count++;
    }
    decoder->implementation = state->decoder;
}

// Whether a decoder is of a SubjectPublicKeyInfo in DER with the key of a signature that TLS knows.
static inline int shim_is_key_decoder(const OSSL_ALGORITHM *decoder) {
    static const char *const kinds[] = {"RSA", "RSA-PSS", "EC", "ED25519", "ED448", NULL};
    const char *form = decoder->property_definition;
    return form != NULL && strstr(form, "input=der") != NULL &&
           strstr(form, "structure=SubjectPublicKeyInfo") != NULL && shim_is_named(decoder, kinds);
}

// Of the cipher suites that a client offers of its own accord.
static inline int shim_is_tls_cipher(const OSSL_ALGORITHM *cipher) {
    static const char *const names[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305",
                                        "AES-128-CBC", "AES-256-CBC", NULL};
    return shim_is_named(cipher, names);
}

// Of those suites, and of the signatures that such a client takes.
static inline int shim_is_tls_digest(const OSSL_ALGORITHM *digest) {
    static const char *const names[] = {"SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512", NULL};
    return shim_is_named(digest, names);
}

static inline int shim_is_tls_mac(const OSSL_ALGORITHM *mac) {
    static const char *const names[] = {"HMAC", NULL};
    return shim_is_named(mac, names);
}

static inline int shim_is_tls_derivation(const OSSL_ALGORITHM *function) {
    static const char *const names[] = {"TLS13-KDF", "TLS1-PRF", NULL};
    return shim_is_named(function, names);
}

// Of keys and of what is done with them; libssl has HMAC as a signature where a cipher is in CBC mode.
static inline int shim_is_tls_key(const OSSL_ALGORITHM *key) {
    static const char *const names[] = {"RSA", "RSA-PSS", "EC", "ECDSA", "ECDH", "X25519", "X448",
                                        "ED25519", "ED448", "DH", "HMAC", NULL};
    return shim_is_named(key, names);
}

// Copies what a test lets pass; 0 where there is no list, it does not fit, or OpenSSL would not keep it, so that it may
// go away behind us.
static inline int shim_choose(int operation, int (*is_chosen)(const OSSL_ALGORITHM *), size_t *used) {
    shim_provider_state *state = shim_provider();
    size_t most = sizeof state->algorithms / sizeof *state->algorithms, first = *used;
    int is_volatile = 0;
    const OSSL_ALGORITHM *one = OSSL_PROVIDER_query_operation(state->base, operation, &is_volatile);
    if (one == NULL || is_volatile) return 0;
    for (; one->algorithm_names != NULL; one++) {
        if (!is_chosen(one)) continue;
        if (*used + 1 >= most) return 0;
        state->algorithms[(*used)++] = *one;
    }
    if (*used == first) return 0;
    state->lists[operation] = state->algorithms + first;
    (*used)++;  // the empty one
    return 1;
}

// Called by OpenSSL as the provider is loaded: a table of function pointers, and the default provider's own context,
// which its functions are to be called with.
static inline int shim_provider_start(const OSSL_CORE_HANDLE *core, const OSSL_DISPATCH *offered,
                                      const OSSL_DISPATCH **functions, void **context) {
    static const OSSL_DISPATCH table[] = {
        {OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, (void (*)(void))shim_provider_parameters},
        {OSSL_FUNC_PROVIDER_GET_PARAMS, (void (*)(void))shim_provider_get},
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))shim_provider_query},
        {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))shim_provider_capabilities},
        {0, NULL}};
    (void)core;
    shim_provider()->read = (OSSL_FUNC_BIO_read_ex_fn *)shim_function(offered, OSSL_FUNC_BIO_READ_EX);
    shim_provider()->control = (OSSL_FUNC_BIO_ctrl_fn *)shim_function(offered, OSSL_FUNC_BIO_CTRL);
    shim_replace_decoder();
    *functions = table;
    *context = OSSL_PROVIDER_get0_provider_ctx(shim_provider()->base);
    return 1;
}

// Makes the context, once; NULL where this OpenSSL does not take it, and the default context serves all.
static inline OSSL_LIB_CTX *shim_library_of_clients(void) {
    shim_provider_state *state = shim_provider();
    size_t used = 0;
    state->base = OSSL_PROVIDER_load(NULL, "default");
    if (state->base == NULL || !shim_choose(OSSL_OP_DECODER, shim_is_key_decoder, &used) ||
        !shim_choose(OSSL_OP_CIPHER, shim_is_tls_cipher, &used) ||
        !shim_choose(OSSL_OP_DIGEST, shim_is_tls_digest, &used) ||
        !shim_choose(OSSL_OP_MAC, shim_is_tls_mac, &used) ||
        !shim_choose(OSSL_OP_KDF, shim_is_tls_derivation, &used) ||
        !shim_choose(OSSL_OP_KEYMGMT, shim_is_tls_key, &used) ||
        !shim_choose(OSSL_OP_KEYEXCH, shim_is_tls_key, &used) ||
        !shim_choose(OSSL_OP_SIGNATURE, shim_is_tls_key, &used))
        return NULL;
    OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
    if (library != NULL && OSSL_PROVIDER_add_builtin(library, "client", shim_provider_start) &&
        OSSL_PROVIDER_load(library, "client") != NULL)
        return library;
    OSSL_LIB_CTX_free(library);
    return NULL;
}
