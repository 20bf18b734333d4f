"""Kinematics of each animal in each frame, from poses. Knows no window and no wording."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.kinematics.body import find_body, midline_length, distance
from napari_mousegpt.kinematics.locomotion import locomotion_features, velocity, magnitude
from napari_mousegpt.kinematics.paws import paw_features
from napari_mousegpt.kinematics.posture import posture_features
from napari_mousegpt.kinematics.tracks import clean_tracks, median_body_length, read_tracks


def frame_features(poses, *, roles, fps, times_s=None, pixel_size_mm=None, arena=None, camera_view=None, min_confidence=0.3):
    n=poses.sizes['time']
    times_s=np.arange(n)/fps if times_s is None else times_s
    cols=[]
    for i in range(poses.sizes['individual']):
        tr=read_tracks(poses,i,roles,min_confidence=min_confidence)
        bl=median_body_length(tr)
        tr=clean_tracks(tr,body_length=bl,times_s=times_s,fps=fps)
        b=find_body(tr,camera_view=camera_view)
        sp=magnitude(velocity(b.centre,times_s,fps))/bl
        w=np.flatnonzero(sp>.6)
        ml=midline_length(b); m=w if len(w)>2*fps else slice(None)
        ref=np.nanmedian(ml[m]); bl2=median_body_length(tr,w if len(w)>2*fps else None)
        f=locomotion_features(b,body_length=bl2,times_s=times_s,fps=fps)
        f|=posture_features(b,tr,body_length=bl2,midline=ref,times_s=times_s,fps=fps)
        f|=paw_features(b,tr,body_length=bl2,times_s=times_s,fps=fps)
        pts=[x for x in (b.snout,b.fore,b.centre,b.rear) if x is not None]
        f['motion_bl_per_s']=np.nanmean([magnitude(velocity(x,times_s,fps)) for x in pts],0)/bl2
        f['_bl']=np.full(n,bl2); f['_left']=np.full(n,b.left_sign)
        cols.append(f)
    return xr.Dataset({k:(('time','individual'),np.stack([c[k] for c in cols],1).astype(np.float32)) for k in cols[0]},coords={'time':poses.time,'individual':poses.individual})
