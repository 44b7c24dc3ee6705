extension GPUReport {
    /// The fields that the rules rely on.
    var watched: [GPUWatchedField] {
        identityFields + temperatureFields + memoryFields + actionFields
    }

    private var identityFields: [GPUWatchedField] {
        [
            GPUWatchedField("name", name, .vital),
            GPUWatchedField("UUID", uuid, .judged),
            GPUWatchedField("memory total", memoryTotal, .vital, .memory),
            GPUWatchedField("memory used", memoryUsed, .vital, .memory),
            GPUWatchedField("utilization", utilization, .vital, .number),
            GPUWatchedField("power draw", power, .sensor),
            GPUWatchedField("fan speed", fan, .sensor),
            GPUWatchedField("MIG mode", mig, .judged),
        ]
    }

    private var temperatureFields: [GPUWatchedField] {
        [
            GPUWatchedField("temperature", temperature.core, .vital, .number),
            GPUWatchedField("memory temperature", temperature.memory, .vital, .number),
            GPUWatchedField("temperature margin", temperature.margin, .vital, .number),
            GPUWatchedField("highest temperature", temperature.highest, .judged, .number),
            GPUWatchedField("slowdown temperature", temperature.slowdown, .judged, .number),
            GPUWatchedField(
                "highest memory temperature", temperature.memoryHighest, .judged, .number),
            GPUWatchedField("highest margin", temperature.highestMargin, .judged, .number),
            GPUWatchedField("slowdown margin", temperature.slowdownMargin, .judged, .number),
        ]
    }

    private var memoryFields: [GPUWatchedField] {
        let counters = memory.volatile.map {
            GPUWatchedField("volatile \($0.name)", $0.value, .vital, .count)
        }
        let pending = memory.retirementPending.map {
            GPUWatchedField($0.name, $0.value, .vital, .flag)
        }
        return counters + pending + [
            GPUWatchedField("ECC mode", memory.mode, .vital),
            GPUWatchedField("SRAM threshold", memory.sramThresholdExceeded, .vital, .flag),
            GPUWatchedField("remap pending", memory.remapPending, .vital, .flag),
            GPUWatchedField("remap failure", memory.remapFailure, .vital, .flag),
            GPUWatchedField("channel repair", memory.channelRepairPending, .vital, .flag),
            GPUWatchedField("TPC repair", memory.tpcRepairPending, .vital, .flag),
            GPUWatchedField("unrepairable memory", memory.unrepairable, .vital, .flag),
        ]
    }

    private var actionFields: [GPUWatchedField] {
        [
            GPUWatchedField("recovery action", recovery.action, .judged),
            GPUWatchedField("reset required", recovery.resetRequired, .judged, .flag),
            GPUWatchedField("drain and reset", recovery.drainAndReset, .judged, .flag),
            GPUWatchedField("HW slowdown", throttle.hardware, .judged, .flag),
            GPUWatchedField("HW thermal slowdown", throttle.thermal, .judged, .flag),
            GPUWatchedField("HW power brake", throttle.powerBrake, .judged, .flag),
            GPUWatchedField("SW thermal slowdown", throttle.softwareThermal, .judged, .flag),
            GPUWatchedField("fabric state", fabric.state, .judged),
            GPUWatchedField(
                "fabric status", fabric.statusText.map { .present($0) } ?? fabric.status, .judged),
        ]
    }
}
