#include "border.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

const sharray_api* sharray_core = nullptr;

namespace {

std::int64_t client = 0;
const char* wait_policy = "";

std::int32_t refuse(char* error, const char* what, const char* reason) {
  std::snprintf(error, SHARRAY_ERROR_BYTES, "%s: %s", what, reason != nullptr ? reason : "no reason given");
  return SHARRAY_SYSTEM;
}

/// Loads libgomp with threads that sleep soon: spinning ones would slow every other pool of the process (OpenBLAS, the
/// JVM's own) several times. A policy that the user or an earlier loader of libgomp chose stays.
bool load_gomp(const char* path) {
  if (void* loaded = dlopen("libgomp.so.1", RTLD_NOW | RTLD_NOLOAD); loaded != nullptr) {
    wait_policy = "set by whoever loaded libgomp before";
    return true;
  }
  bool ours = std::getenv("OMP_WAIT_POLICY") == nullptr && std::getenv("GOMP_SPINCOUNT") == nullptr;
  if (ours) setenv("OMP_WAIT_POLICY", "passive", 1);
  void* gomp = dlopen("libgomp.so.1", RTLD_NOW | RTLD_GLOBAL);
  if (gomp == nullptr && path[0] != '\0') gomp = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (ours) unsetenv("OMP_WAIT_POLICY");
  wait_policy = ours ? "passive, set by sharray" : "chosen by the environment";
  return gomp != nullptr;
}

}  // namespace

// The JVM calls it as it unloads this library with its class loader, and not as the process ends: then other threads
// may still be in these mappings. No argument is used, so no jni.h is needed.
extern "C" __attribute__((visibility("default"))) void JNI_OnUnload(void*, void*) {
  if (sharray_core != nullptr) sharray_core->close_client(client);
}

std::int32_t sharray_bind(const char* core, const char* soname, const char* gomp, char* error) noexcept {
  if (sharray_core != nullptr) return SHARRAY_OK;
  void* library = dlopen(soname, RTLD_NOW | RTLD_NOLOAD);
  if (library == nullptr) {
    if (!load_gomp(gomp)) return refuse(error, "cannot load libgomp.so.1", dlerror());
    library = dlopen(core, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) return refuse(error, "cannot load the core library", dlerror());
  }
  auto entry = reinterpret_cast<decltype(&sharray_core_api)>(dlsym(library, "sharray_core_api"));
  if (entry == nullptr) return refuse(error, "not a core library of sharray", core);
  const sharray_api* api = entry();
  client = api->open_client();
  if (client <= 0) return refuse(error, "the core library takes no further class loader", soname);
  sharray_core = api;
  return SHARRAY_OK;
}

std::uint32_t sharray_ops_checksum() noexcept { return sharray_core->ops_checksum; }
const char* sharray_version() noexcept { return sharray_core->version; }
std::int64_t sharray_client() noexcept { return client; }
std::int64_t sharray_poisonings() noexcept {
  return static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(sharray_core->poisonings));
}
const char* sharray_wait_policy() noexcept { return wait_policy; }

sharray_range sharray_memory(std::int64_t address, std::int64_t size) noexcept { return {address, size}; }
