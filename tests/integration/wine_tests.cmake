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

# sio_rcvall end to end: the raw sockets that Wine does not have are those of raw_socket_shim_linux.c, and of the ioctl's
# of this build of the command SIO_RCVALL goes there.
if(NOT TARGET ipfunnel_command OR NOT "sio_rcvall" IN_LIST backends OR NOT IPFUNNEL_HOST_CC)
  return()
endif()
ipfunnel_beside_wine(${ipfunnel_shim} raw_socket_shim_linux.c -std=gnu11 -shared -fPIC -ldl)
add_executable(ipfunnel_shimmed ${ipfunnel_seam})
target_link_libraries(ipfunnel_shimmed PRIVATE ipfunnel_compile $<TARGET_OBJECTS:ipfunnel_command> ipfunnel ws2_32)

#   rcvall_wine_test(<name> <header or withheld> <options of netns.sh, or ""> <script> <argument>...)
# Each in a network of its own with a Wine server of its own, for which all of them share a prefix.
set(netns_prefix ${CMAKE_BINARY_DIR}/wine_netns)
function(rcvall_wine_test name ipv6 netns script)
  add_test(NAME ${name} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/netns.sh ${netns}
    sh ${PROJECT_SOURCE_DIR}/tests/wine.sh around ${netns_prefix}
    sh ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${IPFUNNEL_NATIVE_BUILD} ${ipv6} ${ARGN}
    sh ${PROJECT_SOURCE_DIR}/tests/wine.sh run ${netns_prefix} $<TARGET_FILE:ipfunnel_shimmed>)
  set_tests_properties(${name} PROPERTIES LABELS wine SKIP_RETURN_CODE 77 TIMEOUT 120 RESOURCE_LOCK wine_netns
    FIXTURES_REQUIRED wine
    ENVIRONMENT "WINE_PRELOAD=${ipfunnel_shim};RAW_SOCKET_SHIM=${ipv6};WINE_TEMPLATE=${CMAKE_BINARY_DIR}/wine")
endfunction()
foreach(ipv6 header withheld)
  rcvall_wine_test(rcvall_wine_smoke.${ipv6} ${ipv6} -2 rcvall_wine_smoke.sh)
  rcvall_wine_test(rcvall_wine_traffic.on.${ipv6} ${ipv6} "" rcvall_wine_traffic.sh on)
endforeach()
rcvall_wine_test(rcvall_wine_traffic.iplevel.header header "" rcvall_wine_traffic.sh iplevel)
set_tests_properties(rcvall_wine_traffic.on.header rcvall_wine_traffic.on.withheld rcvall_wine_traffic.iplevel.header
  PROPERTIES RUN_SERIAL ON)             # nothing else competes for the CPU: nothing is to be lost
