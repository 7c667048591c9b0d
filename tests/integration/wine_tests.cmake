# The command for Windows under Wine. What it does is compared with the native command, from a build beside this one.
#   wine_test(<name> COMMAND <script>...)
set(IPFUNNEL_NATIVE_BUILD ${PROJECT_SOURCE_DIR}/build/test CACHE PATH "A native build of the same sources")
get_property(backends GLOBAL PROPERTY IPFUNNEL_BACKENDS)
set(emulated ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:ipfunnel_command>)
set(native ${IPFUNNEL_NATIVE_BUILD}/examples/ipfunnel/ipfunnel)

function(wine_test name)
  add_test(NAME ${name} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/${ARGN})
  ipfunnel_test_properties(wine ${name})
endfunction()

if(TARGET ipfunnel_command)
  wine_test(doctor_wine doctor_wine.sh ${emulated})
  wine_test(windows_imports windows_imports.sh ${CMAKE_OBJDUMP} $<TARGET_FILE:ipfunnel_command>)
  if("savefile" IN_LIST backends)
    wine_test(command_wine command_wine.sh ${native} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/capture_file ${emulated})
  endif()
endif()

# Each of these runs in a network of its own with a Wine server of its own, for which all of them share a prefix.
set(netns_prefix ${CMAKE_BINARY_DIR}/wine_netns)
function(wine_netns_properties)
  set_tests_properties(${ARGN} PROPERTIES LABELS wine SKIP_RETURN_CODE 77 TIMEOUT 120 RESOURCE_LOCK wine_netns
    FIXTURES_REQUIRED wine ENVIRONMENT WINE_TEMPLATE=${CMAKE_BINARY_DIR}/wine)
endfunction()

# pcap over the wpcap.dll that Wine has, over none, and over doubles.
#   wpcap_wine_test(<name> <options of netns.sh, or ""> <script> <argument>...)
function(wpcap_wine_test name netns script)
  add_test(NAME ${name} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/netns.sh ${netns}
    sh ${PROJECT_SOURCE_DIR}/tests/wine.sh around ${netns_prefix}
    sh ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${ARGN}
    sh ${PROJECT_SOURCE_DIR}/tests/wine.sh run ${netns_prefix} $<TARGET_FILE:ipfunnel_command>)
  wine_netns_properties(${name})
endfunction()
if(TARGET ipfunnel_command AND "pcap" IN_LIST backends)
  # Doubles of Npcap's two libraries, and one that must never be loaded.
  set(doubles ${CMAKE_CURRENT_BINARY_DIR}/doubles)
  add_library(packet_double SHARED packet_double_windows.c)
  add_library(wpcap_double SHARED wpcap_double_windows.c)
  add_library(planted_library SHARED planted_library_windows.c)
  set_target_properties(packet_double PROPERTIES OUTPUT_NAME Packet)
  set_target_properties(wpcap_double PROPERTIES OUTPUT_NAME wpcap DEFINE_SYMBOL pcap_EXPORTS)
  set_target_properties(packet_double wpcap_double planted_library PROPERTIES PREFIX ""
    RUNTIME_OUTPUT_DIRECTORY ${doubles} ARCHIVE_OUTPUT_DIRECTORY ${doubles}/import)
  foreach(library packet_double wpcap_double planted_library)
    target_link_libraries(${library} PRIVATE ipfunnel_compile)
  endforeach()
  target_link_libraries(wpcap_double PRIVATE packet_double)
  target_include_directories(wpcap_double SYSTEM PRIVATE $<TARGET_PROPERTY:ipfunnel_objects,INTERFACE_INCLUDE_DIRECTORIES>)
  foreach(case absent planted double)
    wpcap_wine_test(wpcap_wine_${case} "" wpcap_wine_places.sh ${case} ${netns_prefix} ${doubles}
      ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/capture_file/le_us)
  endforeach()
  wpcap_wine_test(wpcap_wine_live -2 wpcap_wine_live.sh ${IPFUNNEL_NATIVE_BUILD})
  foreach(mode on iplevel)
    wpcap_wine_test(wpcap_wine_traffic.${mode} "" wine_traffic.sh ${IPFUNNEL_NATIVE_BUILD} pcap header ${mode})
    set_tests_properties(wpcap_wine_traffic.${mode} PROPERTIES RUN_SERIAL ON)   # nothing is to be lost
  endforeach()
endif()

# sio_rcvall end to end: the raw sockets that Wine does not have are those of raw_socket_shim_linux.c, and of the ioctl's
# of this build of the command SIO_RCVALL goes there.
if(NOT TARGET ipfunnel_command OR NOT "sio_rcvall" IN_LIST backends OR NOT IPFUNNEL_HOST_CC)
  return()
endif()
ipfunnel_beside_wine(${ipfunnel_shim} raw_socket_shim_linux.c -std=gnu11 -shared -fPIC -ldl)
add_executable(ipfunnel_shimmed ${ipfunnel_seam})
target_link_libraries(ipfunnel_shimmed PRIVATE ipfunnel_compile $<TARGET_OBJECTS:ipfunnel_command> ipfunnel ws2_32)

#   rcvall_wine_test(<name> <header or withheld> <options of netns.sh, or ""> <script> <argument>...)
function(rcvall_wine_test name ipv6 netns script)
  add_test(NAME ${name} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/netns.sh ${netns}
    sh ${PROJECT_SOURCE_DIR}/tests/wine.sh around ${netns_prefix}
    sh ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${IPFUNNEL_NATIVE_BUILD} ${ARGN}
    sh ${PROJECT_SOURCE_DIR}/tests/wine.sh run ${netns_prefix} $<TARGET_FILE:ipfunnel_shimmed>)
  wine_netns_properties(${name})
  set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT WINE_PRELOAD=${ipfunnel_shim} RAW_SOCKET_SHIM=${ipv6})
endfunction()
foreach(ipv6 header withheld)
  rcvall_wine_test(rcvall_wine_smoke.${ipv6} ${ipv6} -2 rcvall_wine_smoke.sh ${ipv6})
  rcvall_wine_test(rcvall_wine_traffic.on.${ipv6} ${ipv6} "" wine_traffic.sh sio_rcvall ${ipv6} on)
endforeach()
rcvall_wine_test(rcvall_wine_traffic.iplevel.header header "" wine_traffic.sh sio_rcvall header iplevel)
set_tests_properties(rcvall_wine_traffic.on.header rcvall_wine_traffic.on.withheld rcvall_wine_traffic.iplevel.header
  PROPERTIES RUN_SERIAL ON)             # nothing else competes for the CPU: nothing is to be lost
