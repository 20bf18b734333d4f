"""Every real file at hand is taken for what it is: kind, format, frames. Nothing is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_mousegpt.io.recognise import recognise_file

FILES: list[tuple[str, str, str | None, int | None]] = [
    ("annotations/asoid/test_labels.csv", "labels", "asoid", None),
    ("annotations/behaviordepot/demo1_manual_annotations.mat", "unknown", None, None),
    ("annotations/behaviordepot/demo1_tracking.csv", "pose", "deeplabcut", 6000),
    ("annotations/behaviordepot/hB_demo1_manual_annotations.mat", "labels", "behaviordepot", None),
    ("annotations/bento/bento_example_excerpt.annot", "labels", "bento", None),
    ("annotations/boris/boris_new_example_excerpt.csv", "labels", "boris", None),
    ("annotations/boris/export_observations_list_test1.tsv", "unknown", None, None),
    ("annotations/boris/test.boris", "labels", "boris", None),
    ("annotations/boris/test_export_aggregated_events_test_full_1.tsv", "labels", "boris", None),
    ("annotations/boris/test_export_events_tabular.csv", "labels", "boris", None),
    ("annotations/boris/test_export_events_tabular.tsv", "labels", "boris", None),
    ("annotations/boris/test_export_events_tabular.xlsx", "labels", "boris", None),
    (
        "annotations/deepethogram/deepethogram_Together_1_excerpt.csv",
        "labels",
        "frame_columns",
        None,
    ),
    ("annotations/dlcanalyzer/AllEPMLables.csv", "labels", "dlcanalyzer", None),
    (
        "annotations/dlcanalyzer/EPM_15DeepCut_resnet50_epmMay17shuffle1_1030000.csv",
        "pose",
        "deeplabcut",
        962,
    ),
    ("annotations/elan/fto.eaf", "labels", "elan", None),
    ("annotations/jabs/sample_file_predictions.h5", "labels", "jabs", None),
    ("annotations/onehot/2019_06_26_fly2.csv", "labels", "frame_columns", None),
    ("edge_cases/empty.csv", "unknown", None, None),
    ("edge_cases/empty.mp4", "unknown", None, None),
    ("edge_cases/nan_inf_dlc.csv", "pose", "deeplabcut", 60),
    ("edge_cases/no_likelihood_dlc.csv", "pose", "deeplabcut", 60),
    ("edge_cases/ratón_鼠 №2.mp4", "video", "mp4", 31),
    ("edge_cases/truncated.mp4", "unknown", None, None),
    ("edge_cases/vfr_m3v1.mp4", "video", "mp4", 150),
    ("pose_only/alphatracker/at_testdata.json", "pose", "alphatracker", 4),
    ("pose_only/coco/test_animalpose.json", "pose", "coco", 2),
    ("pose_only/coco/test_fly.json", "pose", "coco", 2),
    ("pose_only/dannce/save_data_AVG_mouse.mat", "pose", "dannce", 1000),
    ("pose_only/dlc/CollectedData_Pranav.csv", "pose", "deeplabcut", 116),
    ("pose_only/dlc/CollectedData_Pranav.h5", "pose", "deeplabcut", 116),
    ("pose_only/dlc/CollectedData_dlc_multi.csv", "pose", "deeplabcut", 5),
    ("pose_only/dlc/CollectedData_dlc_multi.h5", "pose", "deeplabcut", 5),
    ("pose_only/dlc/dlc_testdata.csv", "pose", "deeplabcut", 4),
    ("pose_only/dlc/keypoints_3d_short.h5", "pose", "deeplabcut", 1000),
    ("pose_only/dlc/madlc_testdata.csv", "pose", "deeplabcut", 4),
    (
        "pose_only/dlc/raw_clip1DLC_resnet50_OpenFieldHighResApr8shuffle1_1030000.csv",
        "pose",
        "deeplabcut",
        7200,
    ),
    (
        "pose_only/dlc/raw_clip1DLC_resnet50_OpenFieldHighResApr8shuffle1_1030000.h5",
        "pose",
        "deeplabcut",
        7200,
    ),
    ("pose_only/dlc/testDLC_square_arena.h5", "pose", "deeplabcut", 451),
    ("pose_only/dlc/vid1_DLC_3D.csv", "pose", "deeplabcut", 12),
    ("pose_only/jabs/sample_pose_est_v2.h5", "pose", "jabs", 1800),
    ("pose_only/jabs/sample_pose_est_v3.h5", "pose", "jabs", 1800),
    ("pose_only/jabs/sample_pose_est_v5.h5", "pose", "jabs", 1800),
    ("pose_only/nwb/0.1.1_poseestimation_nodes_edges.nwb", "pose", "nwb", 100),
    ("pose_only/nwb/0.3.0_poseestimation_one_camera.nwb", "pose", "nwb", 10),
    ("pose_only/simba/simba_Video1_excerpt.csv", "pose", "simba", 13),
    ("pose_only/sleap/labels_leap.mat", "pose", "leap", 250),
    ("pose_only/sleap/minimal_instance.pkg.slp", "pose", "sleap", 1),
    ("pose_only/sleap/small_robot.000_small_robot_3_frame.analysis.h5", "pose", "sleap", 3),
    ("pose_only/sleap/small_robot_3_frame.mp4", "video", "mp4", 3),
    ("videos_only/Freezing_calibration.wmv", "video", "asf", 298),
    ("videos_only/dannce_cameraL_0.mp4", "video", "mp4", 3500),
    ("videos_only/vid.avi", "video", "avi", 256),
    ("videos_only/vid1.mov", "video", "mov", 31),
    ("videos_with_pose/flies/20190128_113421.120s.mp4", "video", "mp4", 3000),
    ("videos_with_pose/flies/predictions.analysis.h5", "pose", "sleap", 3000),
    ("videos_with_pose/flies/predictions.slp", "pose", "sleap", 3000),
    ("videos_with_pose/head_fixed_mirror/180607_004.mp4", "video", "mp4", 1000),
    (
        "videos_with_pose/head_fixed_mirror/180607_004.train_frames=75.rng=0.csv",
        "pose",
        "deeplabcut",
        2000,
    ),
    (
        "videos_with_pose/head_fixed_mirror/180607_004.train_frames=75.rng=1.csv",
        "pose",
        "deeplabcut",
        2000,
    ),
    ("videos_with_pose/head_fixed_reaching/brief.mp4", "video", "mp4", 12),
    (
        "videos_with_pose/head_fixed_reaching/briefDeepCut_resnet50_TESTAug16shuffle1_5.csv",
        "pose",
        "deeplabcut",
        12,
    ),
    (
        "videos_with_pose/head_fixed_reaching/briefDeepCut_resnet50_TESTAug16shuffle1_5.h5",
        "pose",
        "deeplabcut",
        12,
    ),
    (
        "videos_with_pose/head_fixed_reaching/briefDeepCut_resnet50_TESTAug16shuffle1_5_skeleton.csv",
        "unknown",
        None,
        None,
    ),
    (
        "videos_with_pose/head_fixed_reaching/briefDeepCut_resnet50_TESTAug16shuffle1_5filtered.csv",
        "pose",
        "deeplabcut",
        12,
    ),
    ("videos_with_pose/multiview_single/calibration.metadata.h5", "unknown", None, None),
    ("videos_with_pose/multiview_single/minimal_back.mp4", "video", "mp4", 120),
    ("videos_with_pose/multiview_single/minimal_back_proofread.analysis.h5", "pose", "sleap", 120),
    ("videos_with_pose/multiview_single/minimal_back_proofread.slp", "pose", "sleap", 120),
    ("videos_with_pose/multiview_single/minimal_mid.mp4", "video", "mp4", 120),
    ("videos_with_pose/multiview_single/minimal_mid_proofread.analysis.h5", "pose", "sleap", 120),
    ("videos_with_pose/multiview_single/minimal_mid_proofread.slp", "pose", "sleap", 120),
    ("videos_with_pose/multiview_single/minimal_side.mp4", "video", "mp4", 120),
    ("videos_with_pose/multiview_single/minimal_side_proofread.analysis.h5", "pose", "sleap", 120),
    ("videos_with_pose/multiview_single/minimal_side_proofread.slp", "pose", "sleap", 120),
    ("videos_with_pose/multiview_single/minimal_top.mp4", "video", "mp4", 120),
    ("videos_with_pose/multiview_single/minimal_top_proofread.analysis.h5", "pose", "sleap", 120),
    ("videos_with_pose/multiview_single/minimal_top_proofread.slp", "pose", "sleap", 120),
    ("videos_with_pose/multiview_single/points3d.h5", "pose", "sleap_anipose", 120),
    ("videos_with_pose/openfield_single/m3v1mp4.mp4", "video", "mp4", 2330),
    (
        "videos_with_pose/openfield_single/m3v1mp4DLC_resnet50_openfieldAug20shuffle1_30000.h5",
        "pose",
        "deeplabcut",
        2330,
    ),
    (
        "videos_with_pose/openfield_single/m3v1mp4DLC_resnet50_openfieldAug20shuffle1_30000.nwb",
        "pose",
        "nwb",
        2330,
    ),
    (
        "videos_with_pose/openfield_single/m3v1mp4DLC_resnet50_openfieldOct30shuffle1_100000.h5",
        "pose",
        "deeplabcut",
        2330,
    ),
    (
        "videos_with_pose/openfield_single/m3v1mp4DLC_resnet50_openfieldOct30shuffle2_100000.h5",
        "pose",
        "deeplabcut",
        2330,
    ),
    ("videos_with_pose/openfield_single/m3v1mp4short.mp4", "video", "mp4", 31),
    ("videos_with_pose/three_mice_mabe/EGS8X2MN4SSUGFWAV976.h5", "pose", "deeplabcut", 1800),
    ("videos_with_pose/three_mice_mabe/EGS8X2MN4SSUGFWAV976.mp4", "video", "mp4", 1801),
    ("videos_with_pose/two_mice_topview/test2DLC_csv_table_madlc.csv", "pose", "deeplabcut", 97),
    ("videos_with_pose/two_mice_topview/test2DLC_h5_table_madlc.h5", "pose", "deeplabcut", 100),
    (
        "videos_with_pose/two_mice_topview/test2DLC_video_circular_arena_madlc.mp4",
        "video",
        "mp4",
        121,
    ),
]
NO_FORMAT = {
    "demo1_manual_annotations.mat": "holds a MATLAB table, which only MATLAB can read",
    "export_observations_list_test1.tsv": "its first line is 'Observation id",
    "briefDeepCut_resnet50_TESTAug16shuffle1_5_skeleton.csv": "its first line is ',bodypart1",
    "calibration.metadata.h5": "an HDF5 file that holds detected_corners",
    "empty.csv": "the file is empty",
    "empty.mp4": "found an empty file",
    "truncated.mp4": "cut short",
}


@pytest.mark.parametrize(
    ("path", "kind", "file_format", "frames"), FILES, ids=[row[0].split("/")[-1] for row in FILES]
)
def test_what_a_file_is(
    shared_data: Path, path: str, kind: str, file_format: str | None, frames: int | None
) -> None:
    entry = recognise_file(shared_data / path)
    assert (entry["kind"], entry["format"], entry["frames"]) == (kind, file_format, frames)
    if kind == "unknown":
        assert NO_FORMAT[Path(path).name] in entry["problems"][0]
    if kind == "pose":
        assert entry["individuals"]
        assert entry["keypoints"]
    if kind == "labels":
        assert entry["behaviours"]


def test_no_file_is_left_out(shared_data: Path) -> None:
    listed = {path for path, *_ in FILES} | {"README.md"}
    found = {path.relative_to(shared_data).as_posix() for path in shared_data.rglob("*.*")}
    assert {path for path in found - listed if not path.startswith("labelled_clips/")} == set()
