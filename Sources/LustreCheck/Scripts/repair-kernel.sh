# --to-kernel: prints, and never runs, the commands that bring a node to a kernel for which there is a client module.
plan_kernel() {
    choose_packages
    kernel=$FLEET_TO_KERNEL
    target=$module_package
    case $module_name in *'{kernel}'*) target=$module_prefix$kernel${module_name#*\{kernel\}} ;; esac
    case $manager in
    apt)
        module_package=$target
        has_candidate "linux-image-$kernel" || fail_step to-kernel "no package linux-image-$kernel in the repositories"
        if ! has_candidate "$target"; then
            make_work
            fail_step to-kernel "no package $target in the repositories; there is one for: $(other_kernels)"
        fi
        would to-kernel "apt-get install -y --no-install-recommends linux-image-$kernel $target"
        would to-kernel "apt-mark hold linux-image-$kernel $target"
        if [ "$(os_word ID)" = ubuntu ]; then entry="Advanced options for Ubuntu>Ubuntu, with Linux $kernel"; else entry="Advanced options for Debian GNU/Linux>Debian GNU/Linux, with Linux $kernel"; fi
        would to-kernel "sed -i 's|^GRUB_DEFAULT=.*|GRUB_DEFAULT=\"$entry\"|' /etc/default/grub && update-grub"
        ;;
    *)
        would to-kernel "$manager install -y kernel-${kernel%.*} $target"
        would to-kernel "grubby --set-default=/boot/vmlinuz-$kernel"
        ;;
    esac
    would to-kernel "scontrol reboot ASAP nextstate=RESUME reason='kernel $kernel for Lustre' $(uname -n)"
    say end 1
    exit 0
}
