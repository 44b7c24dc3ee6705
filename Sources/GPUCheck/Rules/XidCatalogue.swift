/// NVIDIA's Xid events: their meaning, and what to do about them.
///
/// The actions are those of NVIDIA's catalogue, with three changes from operators' experience: 63 is information (the
/// present state of the remapped rows decides), 64 means a replacement, and 45 says nothing when there is another
/// event.
package enum XidCatalogue {
    /// What to do about an event with this number; an unused number, or one newer than this table, needs attention.
    package static func action(_ number: Int) -> XidAction {
        switch number {
        case 46, 48, 62, 95, 109, 110, 119, 120, 136, 140, 143, 155, 156, 158, 169, 171, 172: .reset
        case 79, 151, 167, 168: .reboot
        case 64: .replace
        case 74: .links
        case 54: .power
        case 78: .update
        case 144...150: .graded
        case 154: .told
        case 8, 11, 13, 25, 31, 32, 39...41, 43, 60, 68...72, 75...77, 80, 82...86, 88, 89, 94,
            96...105, 126...135, 139, 170:
            .application
        case 14, 37, 38, 44, 45, 63, 66, 67, 92, 93, 106...108, 121, 137, 141, 152, 153, 157,
            160...162:
            .ignore
        default: .attention
        }
    }

    /// The meaning of an event's number in a few words; nil for a number that is not in this table.
    package static func title(_ number: Int) -> String? { titles[number] }

    /// Whether an event only follows others on the same GPU, and adds nothing to them.
    package static func isFollower(_ number: Int) -> Bool {
        [43, 45, 154, 171, 172].contains(number)
    }

    private static let titles: [Int: String] = [
        8: "GPU stopped processing", 11: "invalid push buffer", 13: "graphics engine exception",
        31: "GPU memory page fault", 32: "invalid push buffer", 38: "driver firmware error",
        43: "GPU stopped processing", 44: "fault during context switch",
        45: "preemptive cleanup after an earlier error", 46: "GPU stopped processing",
        48: "double bit memory error", 54: "auxiliary power is not connected",
        62: "internal micro-controller halted", 63: "row remapping recorded",
        64: "row remapping failed", 66: "illegal access by the driver",
        67: "illegal access by the driver", 68: "video decoder exception",
        69: "graphics engine class error", 74: "NVLink error", 78: "vGPU did not start",
        79: "GPU has fallen off the bus", 80: "corrupted data sent to the GPU",
        92: "high rate of single bit errors", 93: "infoROM wear", 94: "contained memory error",
        95: "uncontained memory error", 109: "context switch timed out",
        110: "security fault", 119: "GSP firmware does not answer", 120: "GSP firmware error",
        121: "C2C link error", 136: "link training failed", 137: "NVLink privilege error",
        140: "unrecovered memory error", 142: "NVENC error", 143: "GPU did not initialise",
        144: "NVLink SAW error", 145: "NVLink RLW error", 146: "NVLink TLW error",
        147: "NVLink TREX error", 148: "NVLink control error", 149: "NVLink NETIR error",
        150: "NVLink MSE error", 151: "key rotation error", 154: "recovery action changed",
        155: "NVLink software error", 156: "resource retired", 157: "resource not retired",
        158: "GPU timed out fatally", 160: "channel retired", 161: "channel not retired",
        162: "power smoothing reengaged", 163: "power smoothing disengaged",
        164: "power smoothing wears out", 165: "power smoothing worn out",
        167: "PCIe timed out fatally", 168: "errors in write protected memory",
        169: "internal micro-controller halted", 171: "detail of a double bit error",
        172: "detail of a double bit error",
    ]
}
