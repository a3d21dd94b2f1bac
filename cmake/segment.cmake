target_sources(
  sharray_objects
  PRIVATE src/main/cpp/segment/clients.cpp
          src/main/cpp/segment/errors.cpp
          src/main/cpp/segment/files.cpp
          src/main/cpp/segment/layout.cpp
          src/main/cpp/segment/posix.cpp
          src/main/cpp/segment/provenance.cpp
          src/main/cpp/segment/segment.cpp
          src/main/cpp/segment/storage.cpp
          src/main/cpp/segment/sweep.cpp
          src/main/cpp/segment/system_v.cpp
          src/main/cpp/segment/table.cpp)
