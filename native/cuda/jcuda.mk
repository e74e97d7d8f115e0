# JCuda's natives for the jar, and the forwarders that let them run on CUDA 13 and cuDNN 9 (see forwarder.S). Included by
# the Makefile of native/. Without JCuda's jars nothing is made.
#
# JCudnn's class asks for its library under the version of the jcuda jar, which is newer than its own: hence the renaming.

JCUDA ?= $(TARGET)/jcuda/lib
JCUDA_VERSION := 12.6.0
JCUDNN_VERSION := 11.7.0
JCUDA_PLATFORM := linux-x86_64

jcuda_driver := libJCudaDriver-$(JCUDA_VERSION)-$(JCUDA_PLATFORM).so
jcublas      := libJCublas2-$(JCUDA_VERSION)-$(JCUDA_PLATFORM).so
jcudnn       := libJCudnn-$(JCUDA_VERSION)-$(JCUDA_PLATFORM).so
jcudnn_given := libJCudnn-$(JCUDNN_VERSION)-$(JCUDA_PLATFORM).so

ifneq ($(wildcard $(JCUDA)/$(jcuda_driver)),)
CUDA_LIBRARIES := $(jcuda_driver) $(jcublas) $(jcudnn) libciss_cublas12.so libciss_cudnn8.so
endif

$(LIB)/$(jcuda_driver) $(LIB)/$(jcublas): $(LIB)/%: $(JCUDA)/% | $(LIB)
	@ln -f $< $@ 2>/dev/null || cp $< $@

$(LIB)/$(jcudnn): $(JCUDA)/$(jcudnn_given) | $(LIB)
	@ln -f $< $@ 2>/dev/null || cp $< $@

# $(1) prefix of the functions, $(2) SONAME of the older library and name of its version node, $(3) the newer library,
# $(4) "not supported" there, $(5) JNI library, $(6) file
define forwarder
$(TARGET)/obj/cuda/$(1).functions: $(JCUDA)/$(5) cuda/jcuda.mk | $(TARGET)/obj/cuda
	@nm -D --undefined-only $$< | sed -n 's/.* \($(1)[A-Za-z0-9_]*\).*/forward \1/p' > $$@.new && mv $$@.new $$@

$(LIB)/$(6): $(TARGET)/obj/cuda/$(1).functions cuda/forwarder.S cuda/forwarder.c cuda/jcuda.mk | $(LIB)
	@echo "  FORWARD $(2) to $(3)"
	@echo '$(2) { global: $(1)*; local: *; };' > $(TARGET)/obj/cuda/$(1).map
	@$(CC) -O2 -std=gnu17 -fPIC -shared -Wall -Wextra -Werror -DTARGET_LIBRARY='"$(3)"' -DNOT_SUPPORTED=$(4) \
	  -DFUNCTIONS='"$$<"' -Wl,-soname,$(2) -Wl,--version-script=$(TARGET)/obj/cuda/$(1).map -Wl,-z,noexecstack \
	  -o $$@.new cuda/forwarder.S cuda/forwarder.c -ldl && mv $$@.new $$@
endef
$(eval $(call forwarder,cublas,libcublas.so.12,libcublas.so.13,15,$(jcublas),libciss_cublas12.so))
$(eval $(call forwarder,cudnn,libcudnn.so.8,libcudnn.so.9,3000,$(jcudnn_given),libciss_cudnn8.so))

$(TARGET)/obj/cuda:
	@mkdir -p $@
