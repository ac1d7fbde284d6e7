# What the jobs of a run have in common; they source it.

# Where Slurm runs a copy of the script, this folder is not beside it.
export PATH=$programs:$PATH

is_finished() { antiphon status "$run" --json 2>/dev/null | grep -q '"state" *: *"finished"'; }

# Makes the run's folder, or has the run go on with so many servers and workers: configure SERVERS WORKERS
configure() {
  if is_finished; then
    echo "the run in $run has all its steps"
    exit 0
  elif [ -e "$run/configuration.json" ]; then
    # Servers of an earlier start may be there still, on a node that was cut off and is back.
    [ "${SLURM_RESTART_COUNT:-0}" = 0 ] || antiphon stop "$run" >/dev/null 2>&1 || true
    antiphon train --run "$run" --resume --only-configure --servers "$1" --workers "$2" ${evaluate:+--evaluate}
  else
    antiphon train --run "$run" --only-configure --servers "$1" --workers "$2" --model "$model" --data "$data" \
      ${evaluate:+--evaluate} $options
  fi >/dev/null
}

# Where a node is lost, Slurm may begin only that group of a heterogeneous job anew that was on it. The others keep their
# steps, which look for servers that are gone, and can be given no new ones: then all groups have to begin anew.
# begin_together JOB...
begin_together() {
  local starts first last
  starts=$(squeue --noheader --jobs="$(IFS=,; echo "$*")" --format=%S | while read -r time; do date --date="$time" +%s; done | sort -n)
  first=$(head -n 1 <<<"$starts")
  last=$(tail -n 1 <<<"$starts")
  [ $((last - first)) -gt 5 ] || return 0
  echo "a group of the job is of an earlier start: all of it begins anew"
  trap '' TERM
  scontrol requeue "$SLURM_JOB_ID"
  sleep 60  # until Slurm ends this one
  exit 1
}

# A step of a job that was requeued may be refused once: its first credential is still known as revoked.
step() {
  local started=$SECONDS
  srun --kill-on-bad-exit=0 --no-kill "$@" && return
  local code=$?
  [ $((SECONDS - started)) -lt 5 ] || return "$code"
  sleep 10
  srun --kill-on-bad-exit=0 --no-kill "$@"
}

# Slurm sends SIGUSR1 before the time is over: the run gets its last checkpoint, and the job goes on later.
out_of_time=
stop_for_requeue() {
  echo "out of time: the run gets a checkpoint"
  out_of_time=yes
  antiphon stop "$run"
}
trap stop_for_requeue USR1

# scancel sends SIGTERM: the run gets its last checkpoint, and the job does not come back.
stop_for_good() {
  echo "cancelled: the run gets a checkpoint"
  out_of_time=
  antiphon stop "$run"
}
trap stop_for_good TERM

# Waits for steps that run in the background, through signals: wait_for PID...
wait_for() {
  local child code=0
  for child in "$@"; do
    while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
  done
  return "$code"
}

# Has the job run again if there was not time enough.
requeue_if_unfinished() {
  [ -n "$out_of_time" ] || return 0
  is_finished && return 0
  echo "the job goes on later"
  trap '' TERM
  scontrol requeue "$1"
  sleep 60  # until Slurm ends this one
}
