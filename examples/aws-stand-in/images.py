"""ParallelCluster's public images, by the names that pcluster looks for: one per release and system."""
import json

images = []
for place, (release, system) in enumerate(
        [(r, s) for r in ("3.14.0", "3.16.1") for s in ("ubuntu-2204-lts", "ubuntu-2404-lts")] + [("3.14.0", "amzn2")]):
    name = f"aws-parallelcluster-{release}-{system}-hvm-x86_64-202511250000 2025-11-25T00-00-00.000Z"
    images.append({
        "ami_id": f"ami-0123456789abcdef{place}", "name": name, "description": name, "state": "available",
        "public": True, "owner_id": "amazon", "owner_alias": "amazon", "image_location": f"amazon/{name}",
        "image_type": "machine", "platform": None, "architecture": "x86_64", "virtualization_type": "hvm",
        "hypervisor": "xen", "sriov": "simple", "root_device_type": "ebs", "root_device_name": "/dev/sda1",
        "creation_date": "2025-11-25T00:00:00.000Z"})
print(json.dumps(images))
