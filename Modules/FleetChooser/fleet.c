/*
 * /usr/bin/fleet of fleet's package: takes the fleet that was built for this cluster's release of Slurm.
 *
 * A fleet is linked with one libslurm and cannot start with another one, whose structures differ. So the package has a fleet for
 * each release, ../lib/fleet/slurm-RELEASE/fleet, and this program looks which libslurm the cluster has and becomes that fleet.
 * In C, and without libslurm: it must start wherever the package is unpacked, and cost no time (2 ms; a Swift program
 * with its runtime takes 10 MB and 8 ms). It trusts what libslurm itself trusts, which loads its plugins from slurm.conf's
 * PluginDir.
 *
 * The release is read off the library's name: libslurm.so.42 is 24.11's. Looked at, the first that has one:
 *   1. the folder above slurm.conf's PluginDir, and lib and lib64 beside slurm.conf's etc
 *   2. /opt/slurm/lib and lib64
 *   3. what ld.so finds
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#ifndef FLEET_VERSION
#define FLEET_VERSION "unknown"
#endif

/* Slurm counts its library's interface up by one with each release (API_CURRENT in its META file). */
static const struct release {
  int number;
  const char *name;
} releases[] = {
    {36, "20.11"}, {37, "21.08"}, {38, "22.05"}, {39, "23.02"}, {40, "23.11"},
    {41, "24.05"}, {42, "24.11"}, {43, "25.05"}, {44, "25.11"}, {45, "26.05"},
};
static const size_t release_count = sizeof releases / sizeof *releases;

/* The exit code with which fleet says that it could not work at all. */
static const int cannot_work = 3;

/* What was found: a library's folder and its number; the folder is empty where ld.so finds it by itself. */
struct library {
  char folder[PATH_MAX];
  int number;
};

static const char *release_name(int number) {
  for (size_t i = 0; i < release_count; i++)
    if (releases[i].number == number) return releases[i].name;
  return NULL;
}

/* NN of libslurm.so.NN; 0 for every other name, libslurm.so.NN.0.0 too. */
static int library_number(const char *name) {
  static const char prefix[] = "libslurm.so.";
  if (strncmp(name, prefix, sizeof prefix - 1) != 0) return 0;
  const char *digits = name + sizeof prefix - 1;
  if (!*digits || strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > 4) return 0;
  return atoi(digits);
}

/* The libslurm in a folder; of several the one that libslurm.so names, else the newest. */
static bool look_in(const char *folder, struct library *found) {
  char path[PATH_MAX], target[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/libslurm.so", folder) >= (int)sizeof path) return false;
  ssize_t length = readlink(path, target, sizeof target - 1);
  int number = 0;
  if (length > 0) {
    target[length] = 0;
    const char *name = strrchr(target, '/') ? strrchr(target, '/') + 1 : target;
    char *dot = strchr(name + (strlen(name) > 12 ? 12 : strlen(name)), '.');
    if (dot) *dot = 0;
    number = library_number(name);
  }
  DIR *directory = opendir(folder);
  if (!directory) return false;
  int newest = 0;
  bool named = false;
  for (struct dirent *entry; (entry = readdir(directory));) {
    int here = library_number(entry->d_name);
    if (here > newest) newest = here;
    if (here && here == number) named = true;
  }
  closedir(directory);
  if (!newest) return false;
  found->number = named ? number : newest;
  return snprintf(found->folder, sizeof found->folder, "%s", folder) < (int)sizeof found->folder;
}

/* The folder above, in place; false where there is none. */
static bool go_up(char *path) {
  char *slash = strrchr(path, '/');
  if (!slash || slash == path) return false;
  *slash = 0;
  return true;
}

/* slurm.conf, where fleet itself looks for it. */
static bool find_configuration(char *path, size_t size) {
  static const char *const places[] = {
      "/etc/slurm/slurm.conf",      "/opt/slurm/etc/slurm.conf",  "/usr/local/etc/slurm.conf",
      "/etc/slurm-llnl/slurm.conf", "/run/slurm/conf/slurm.conf",
  };
  const char *named = getenv("SLURM_CONF");
  if (named && *named) return snprintf(path, size, "%s", named) < (int)size;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    if (access(places[i], R_OK) == 0) return snprintf(path, size, "%s", places[i]) < (int)size;
  return false;
}

/* The first folder of PluginDir in a slurm.conf; files that it includes are not looked at. */
static bool plugin_folder(const char *configuration, char *folder, size_t size) {
  FILE *file = fopen(configuration, "re");
  if (!file) return false;
  char line[PATH_MAX + 256];
  bool found = false;
  while (fgets(line, sizeof line, file)) {
    char *text = line + strspn(line, " \t");
    static const char key[] = "PluginDir";
    if (strncasecmp(text, key, sizeof key - 1) != 0) continue;
    text += sizeof key - 1;
    text += strspn(text, " \t");
    if (*text++ != '=') continue;
    text += strspn(text, " \t\"");
    text[strcspn(text, ": \t\r\n\"#")] = 0;
    if (*text == '/') found = snprintf(folder, size, "%s", text) < (int)size;
  }
  fclose(file);
  return found;
}

/* lib and lib64 of the prefix whose etc, or etc/slurm, holds slurm.conf. */
static bool look_beside(const char *configuration, struct library *found) {
  char prefix[PATH_MAX], folder[PATH_MAX + 8];
  if (snprintf(prefix, sizeof prefix, "%s", configuration) >= (int)sizeof prefix) return false;
  for (int level = 0; level < 2; level++) {
    if (!go_up(prefix)) return false;
    const char *name = strrchr(prefix, '/') + 1;
    if (strcmp(name, "etc") != 0) continue;
    if (!go_up(prefix)) return false;
    snprintf(folder, sizeof folder, "%s/lib", prefix);
    if (look_in(folder, found)) return true;
    snprintf(folder, sizeof folder, "%s/lib64", prefix);
    return look_in(folder, found);
  }
  return false;
}

/* The newest libslurm that ld.so finds, with the folder that it lies in. */
static bool look_as_loader(struct library *found) {
  for (size_t i = release_count; i-- > 0;) {
    char name[32];
    snprintf(name, sizeof name, "libslurm.so.%d", releases[i].number);
    void *handle = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    struct link_map *map = NULL;
    if (!handle) continue;
    bool known = dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map->l_name[0] == '/' &&
                 snprintf(found->folder, sizeof found->folder, "%s", map->l_name) <
                     (int)sizeof found->folder;
    if (!known || !go_up(found->folder)) found->folder[0] = 0;
    dlclose(handle);
    found->number = releases[i].number;
    return true;
  }
  return false;
}

static bool find_library(struct library *found) {
  char configuration[PATH_MAX], plugins[PATH_MAX];
  if (find_configuration(configuration, sizeof configuration)) {
    if (plugin_folder(configuration, plugins, sizeof plugins) && go_up(plugins) &&
        look_in(plugins, found))
      return true;
    if (look_beside(configuration, found)) return true;
  }
  if (look_in("/opt/slurm/lib", found) || look_in("/opt/slurm/lib64", found)) return true;
  return look_as_loader(found);
}

/* Whether the fleets, and what they start, find a library in this folder without being told. */
static bool is_found_anyway(const struct library *library) {
  if (strcmp(library->folder, "/opt/slurm/lib") == 0 ||
      strcmp(library->folder, "/opt/slurm/lib64") == 0)
    return true;
  struct library other;
  if (!look_as_loader(&other) || other.number != library->number) return false;
  char here[PATH_MAX], there[PATH_MAX];
  return realpath(library->folder, here) && realpath(other.folder, there) &&
         strcmp(here, there) == 0;
}

static void add_to_library_path(const char *folder) {
  const char *old = getenv("LD_LIBRARY_PATH");
  size_t size = strlen(folder) + (old ? strlen(old) : 0) + 2;
  char *path = malloc(size);
  if (!path) return;
  snprintf(path, size, "%s%s%s", folder, old && *old ? ":" : "", old ? old : "");
  setenv("LD_LIBRARY_PATH", path, 1);
  free(path);
}

static int by_name(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* "22.05, 24.11, 26.05": the fleets that are here. */
static void list_fleets(const char *folder, char *text, size_t size) {
  char *names[64];
  size_t count = 0, length = 0;
  DIR *directory = opendir(folder);
  text[0] = 0;
  if (directory) {
    for (struct dirent *entry; count < 64 && (entry = readdir(directory));)
      if (strncmp(entry->d_name, "slurm-", 6) == 0 && (names[count] = strdup(entry->d_name + 6))) count++;
    closedir(directory);
  }
  qsort(names, count, sizeof *names, by_name);
  for (size_t i = 0; i < count; i++) {
    if (length < size)
      length += (size_t)snprintf(text + length, size - length, "%s%s", i ? ", " : "", names[i]);
    free(names[i]);
  }
  if (!count) snprintf(text, size, "none");
}

/* ../lib/fleet beside the folder of this program. */
static bool fleets_folder(char *folder, size_t size) {
  char self[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length <= 0) return false;
  self[length] = 0;
  if (!go_up(self) || !go_up(self)) return false;
  return snprintf(folder, size, "%s/lib/fleet", self) < (int)size;
}

/* No libslurm: what needs none is done, and the rest refused. */
static int without_slurm(const char *fleets, const char *carried, char **arguments) {
  if (arguments[1] && strcmp(arguments[1], "--version") == 0) {
    printf("fleet %s (no Slurm here; this package has fleet for Slurm %s)\n", FLEET_VERSION, carried);
    return 0;
  }
  if (arguments[1] && strcmp(arguments[1], "cluster") == 0) {
    char program[PATH_MAX];
    snprintf(program, sizeof program, "%.*s/bin/fleet-cluster", (int)(strlen(fleets) - strlen("/lib/fleet")), fleets);
    execv(program, arguments + 1);
  }
  fprintf(stderr,
          "fleet: error: there is no libslurm on this machine: looked beside slurm.conf, in /opt/slurm/lib and "
          "lib64, and where ld.so looks\n"
          "Set SLURM_CONF to the cluster's slurm.conf, or install the cluster's Slurm (Debian: slurm-client). "
          "'fleet cluster' works without.\n");
  return cannot_work;
}

int main(int count, char **arguments) {
  (void)count;
  char fleets[PATH_MAX], carried[512], program[PATH_MAX + 64];
  if (!fleets_folder(fleets, sizeof fleets)) {
    fprintf(stderr, "fleet: error: cannot tell where this program lies: is /proc mounted?\n");
    return cannot_work;
  }
  list_fleets(fleets, carried, sizeof carried);
  struct library library = {.number = 0};
  if (!find_library(&library)) return without_slurm(fleets, carried, arguments);

  const char *release = release_name(library.number);
  if (!release) {
    fprintf(stderr,
            "fleet: error: %s/libslurm.so.%d is of a Slurm release that this package does not know; it has fleet for %s\n"
            "Install a newer package, or build from source with SLURM_PREFIX=... make release.\n",
            library.folder, library.number, carried);
    return cannot_work;
  }
  snprintf(program, sizeof program, "%s/slurm-%s/fleet", fleets, release);
  if (access(program, X_OK) != 0) {
    fprintf(stderr,
            "fleet: error: this cluster's Slurm is %s (%s/libslurm.so.%d); this package has fleet for %s\n"
            "Build one for it: make packages PREFIXES=... with the folder that holds Slurm's include and lib, "
            "or SLURM_PREFIX=... make release.\n",
            release, library.folder, library.number, carried);
    return cannot_work;
  }
  if (library.folder[0] && !is_found_anyway(&library)) add_to_library_path(library.folder);
  execv(program, arguments);
  fprintf(stderr, "fleet: error: cannot start %s: %s\n", program, strerror(errno));
  return cannot_work;
}
