# cmake -DFILES=a;b -DOUTPUT=header.h -P embed.cmake: each file as `static const unsigned char a_ext[]`.
set(text "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  string(MAKE_C_IDENTIFIER ${name} name)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n"
         bytes "${bytes}")
  string(APPEND text "static const unsigned char ${name}[] = {\n${bytes}\n};\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
