#!/bin/sh
# First boot of the compromised host: lay out the story, then play it for as long as the host lives.
# LAB_PREFIX puts every file below another root. CloudFormation's Fn::Sub fills in what stands in dollar and braces.
set -e
root=$LAB_PREFIX
set -u
umask 077

# The agent would call AWS under this host's role, among the story's calls.
systemctl disable --now amazon-ssm-agent || true

mkdir -p "$root/opt/lab" "$root/etc/systemd/system"
instance_id=$(cat "$root/var/lib/cloud/data/instance-id")

python3 -c 'import base64, bz2, sys
sys.stdout.buffer.write(bz2.decompress(base64.b64decode(sys.stdin.read())))' > "$root/opt/lab/story.py" << 'END'
${Story}
END

cat > "$root/opt/lab/play" << END
#!/bin/sh
export LAB_SEED='${LabSeed}'
exec python3 "$root/opt/lab/story.py" play --account '${AWS::AccountId}' --region '${AWS::Region}' \
  --names '{"drop_bucket": "${DropBucket}", "instance_id": "$instance_id"}' "\$@"
END
chmod 700 "$root/opt/lab/play"

cat > "$root/etc/systemd/system/lab-story.service" << END
[Unit]
Description=One play of the story, in twelve minutes
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=$root/opt/lab/play --pace 0.1
END

cat > "$root/etc/systemd/system/lab-story.timer" << END
[Unit]
Description=The story again and again

[Timer]
OnActiveSec=15s
OnUnitInactiveSec=30min

[Install]
WantedBy=timers.target
END

systemctl daemon-reload
systemctl enable --now lab-story.timer
